package org.nettytun.linux;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * IP addresses as text. Stateless. {@code InetAddress.getByName} is not used: what it does not take for a literal
 * ({@code 999.1.1.1}) it asks a name server for.
 */
final class IpLiteral {
    private static final Pattern DECIMAL = Pattern.compile("0|[1-9]\\d{0,2}");
    private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
    private static final int GROUPS = 8;

    private IpLiteral() {
    }

    /**
     * Reads an IPv4 address of four decimal numbers, or an IPv6 address (RFC 4291, section 2.2). An IPv4-mapped one
     * ({@code ::ffff:10.7.0.1}) becomes the IPv4 address it stands for, as everywhere in Java.
     *
     * @throws IllegalArgumentException with the text and what was expected
     */
    static InetAddress parse(String text) {
        if (text.indexOf('%') >= 0) {
            throw new IllegalArgumentException("an address must be without a zone (%): address=" + text);
        }
        byte[] bytes = text.indexOf(':') >= 0 ? v6(text) : v4(text);
        if (bytes == null) {
            throw new IllegalArgumentException(
                    "expected an IPv4 or IPv6 address, as in 10.7.0.1 or fd07::1: address=" + text);
        }
        return address(bytes);
    }

    /** @param bytes 4 or 16 */
    static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes: length=" + bytes.length, e);
        }
    }

    /** IPv6 as RFC 5952 wants it: lower case, the first of the longest runs of zeros as {@code ::}. */
    static String format(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return address.getHostAddress();
        }
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
        }
        int start = longestZeros(groups);
        int length = start < 0 ? 0 : zeros(groups, start);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                text.append(i > 0 && i != start + length ? ":" : "")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static int longestZeros(int[] groups) {
        int best = -1;
        for (int i = 0; i < GROUPS; i++) {
            if (zeros(groups, i) >= 2 && (best < 0 || zeros(groups, i) > zeros(groups, best))) {
                best = i;
            }
        }
        return best;
    }

    private static int zeros(int[] groups, int from) {
        int end = from;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - from;
    }

    private static byte[] v4(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] bytes = new byte[4];
        if (parts.length != bytes.length) {
            return null;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (!DECIMAL.matcher(parts[i]).matches() || Integer.parseInt(parts[i]) > 255) {
                return null;
            }
            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }
        return bytes;
    }

    private static byte[] v6(String text) {
        int gap = text.indexOf("::");
        byte[] head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
        byte[] tail = gap < 0 ? new byte[0] : groups(text.substring(gap + 2), true);
        if (head == null || tail == null) {
            return null;
        }
        int given = head.length + tail.length;
        if (gap < 0 ? given != 2 * GROUPS : given > 2 * (GROUPS - 1)) {
            return null;
        }
        byte[] bytes = new byte[2 * GROUPS];
        System.arraycopy(head, 0, bytes, 0, head.length);
        System.arraycopy(tail, 0, bytes, bytes.length - tail.length, tail.length);
        return bytes;
    }

    /** The bytes of groups between colons, none for an empty text; the last may be an IPv4 address. */
    private static byte[] groups(String text, boolean last) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        String[] parts = text.split(":", -1);
        byte[] end = last && parts[parts.length - 1].indexOf('.') >= 0 ? v4(parts[parts.length - 1]) : null;
        int plain = end == null ? parts.length : parts.length - 1;
        byte[] bytes = new byte[2 * plain + (end == null ? 0 : end.length)];
        for (int i = 0; i < plain; i++) {
            if (!GROUP.matcher(parts[i]).matches()) {
                return null;
            }
            int group = Integer.parseInt(parts[i], 16);
            bytes[2 * i] = (byte) (group >> 8);
            bytes[2 * i + 1] = (byte) group;
        }
        if (end != null) {
            System.arraycopy(end, 0, bytes, 2 * plain, end.length);
        }
        return bytes;
    }
}
