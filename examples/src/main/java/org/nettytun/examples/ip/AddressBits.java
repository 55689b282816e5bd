package org.nettytun.examples.ip;

import org.nettytun.linux.IpPrefix;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Addresses as 128 bits in two longs, leftmost bit first; of IPv4 the leftmost 32. Any thread; holds nothing. */
public final class AddressBits {
    private AddressBits() {
    }

    /** Whether it is of IPv4. */
    public static boolean isV4(InetAddress address) {
        return address instanceof Inet4Address;
    }

    /** The upper 64 bits. */
    public static long high(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return isV4(address) ? (long) bytes.getInt() << 32 : bytes.getLong();
    }

    /** The lower 64 bits; 0 of IPv4. */
    public static long low(InetAddress address) {
        return isV4(address) ? 0 : ByteBuffer.wrap(address.getAddress()).getLong(Long.BYTES);
    }

    /** An IPv4 address as its 32 bits. */
    public static int v4(InetAddress address) {
        return (int) (high(address) >>> 32);
    }

    /** Bits of an address of this family. */
    public static int width(InetAddress address) {
        return isV4(address) ? 32 : 128;
    }

    /** A prefix of this one address. */
    public static IpPrefix host(InetAddress address) {
        return new IpPrefix(address, width(address));
    }

    /** The address after the network's own, which a host may have: 10.7.0.1 of 10.7.0.0/24, fd07::1 of fd07::/64. */
    public static InetAddress first(IpPrefix prefix) {
        InetAddress network = prefix.network().address();
        boolean v4 = isV4(network);
        return address(v4, v4 ? high(network) + (1L << 32) : high(network), low(network) + 1);
    }

    /** The last address of an IPv4 network: its broadcast address, if it has one. */
    public static InetAddress last(IpPrefix prefix) {
        return address(true, high(prefix.address()) | -1L >>> prefix.length(), 0);
    }

    private static InetAddress address(boolean v4, long high, long low) {
        byte[] bytes = v4 ? ByteBuffer.allocate(4).putInt((int) (high >>> 32)).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }
}
