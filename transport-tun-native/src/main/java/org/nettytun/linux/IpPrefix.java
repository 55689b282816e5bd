package org.nettytun.linux;

import java.net.InetAddress;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address with the length of its network, as in {@code 10.7.0.1/24}. The host's bits are kept: {@link
 * #network()} clears them.
 *
 * @param address any zone is dropped
 * @param length  bits, 0 to 32 or 128
 */
public record IpPrefix(InetAddress address, int length) {
    private static final Pattern LENGTH = Pattern.compile("0|[1-9]\\d{0,2}");
    /** Bits before the IPv4 address in an IPv4-mapped one. */
    private static final int MAPPED = 96;

    public IpPrefix {
        Objects.requireNonNull(address, "address");
        address = IpLiteral.address(address.getAddress());   // without a host's name, and without a zone
        if (length < 0 || length > bits(address)) {
            throw new IllegalArgumentException("a prefix length must be 0.." + bits(address) + ": prefix="
                    + IpLiteral.format(address) + "/" + length);
        }
    }

    /**
     * Reads {@code ADDRESS/LENGTH}, or {@code ADDRESS} for all its bits. Asks no name server. An IPv4-mapped address
     * becomes IPv4's: {@code ::ffff:10.7.0.1/120} is {@code 10.7.0.1/24}.
     *
     * @throws IllegalArgumentException with the text and what was expected
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        InetAddress address = IpLiteral.parse(literal);
        int longest = bits(address);
        if (slash < 0) {
            return new IpPrefix(address, longest);
        }
        int left = literal.indexOf(':') >= 0 && longest == Integer.SIZE ? MAPPED : 0;
        String length = text.substring(slash + 1);
        if (!LENGTH.matcher(length).matches() || Integer.parseInt(length) < left
                || Integer.parseInt(length) > left + longest) {
            throw new IllegalArgumentException("a prefix length must be " + left + ".." + (left + longest)
                    + ": prefix=" + text);
        }
        return new IpPrefix(address, Integer.parseInt(length) - left);
    }

    /** Reads a literal address, without a zone. Asks no name server. */
    public static InetAddress parseAddress(String text) {
        return IpLiteral.parse(text);
    }

    private static int bits(InetAddress address) {
        return address.getAddress().length * 8;
    }

    /** Whether it is of IPv4. */
    public boolean isV4() {
        return address.getAddress().length == 4;
    }

    /** The same with the host's bits cleared. */
    public IpPrefix network() {
        byte[] bytes = address.getAddress();
        for (int bit = length; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >>> bit % 8);
        }
        return new IpPrefix(address(bytes), length);
    }

    /** Whether {@code other} is of the same family and in this network. */
    public boolean contains(InetAddress other) {
        return bits(other) == bits(address) && new IpPrefix(other, length).network().equals(network());
    }

    static InetAddress address(byte[] bytes) {
        return IpLiteral.address(bytes);
    }

    /** As {@link #parse} reads it: {@code 10.7.0.1/24}, {@code fd07::1/64}. */
    @Override
    public String toString() {
        return IpLiteral.format(address) + '/' + length;
    }
}
