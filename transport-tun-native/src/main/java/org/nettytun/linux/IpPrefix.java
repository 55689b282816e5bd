package org.nettytun.linux;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address with the length of its network, as in {@code 10.7.0.1/24}. The host's bits are kept: {@link
 * #network()} clears them.
 *
 * @param address no scope
 * @param length  bits, 0 to 32 or 128
 */
public record IpPrefix(InetAddress address, int length) {
    private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    public IpPrefix {
        Objects.requireNonNull(address, "address");
        if (length < 0 || length > bits(address)) {
            throw new IllegalArgumentException("a prefix length must be 0.." + bits(address) + ": prefix="
                    + address.getHostAddress() + "/" + length);
        }
    }

    /**
     * Reads {@code ADDRESS/LENGTH}, or {@code ADDRESS} for all its bits. Asks no name server.
     *
     * @throws IllegalArgumentException with the text and what was expected
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = parseAddress(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return new IpPrefix(address, bits(address));
        }
        String length = text.substring(slash + 1);
        if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > bits(address)) {
            throw new IllegalArgumentException("a prefix length must be 0.." + bits(address) + ": prefix=" + text);
        }
        return new IpPrefix(address, Integer.parseInt(length));
    }

    /** Reads a literal address. Asks no name server. */
    public static InetAddress parseAddress(String text) {
        boolean v4 = V4.matcher(text).matches();
        if (v4 || V6.matcher(text).matches()) {
            try {
                InetAddress address = InetAddress.getByName(text); // a literal: nobody is asked
                if (v4 == (address.getAddress().length == 4)) {
                    return address;
                }
            } catch (UnknownHostException e) {
                throw notAnAddress(text, e);
            }
        }
        throw notAnAddress(text, null);
    }

    private static IllegalArgumentException notAnAddress(String text, Throwable cause) {
        return new IllegalArgumentException("expected an IPv4 or IPv6 address without a zone, as in 10.7.0.1 or fd07::1"
                + ": address=" + text, cause);
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
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes: length=" + bytes.length, e);
        }
    }

    @Override
    public String toString() {
        return address.getHostAddress() + '/' + length;
    }
}
