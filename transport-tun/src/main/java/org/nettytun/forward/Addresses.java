package org.nettytun.forward;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.function.IntPredicate;

/** The router's own IPv4 addresses, asked for each packet. Immutable. */
final class Addresses implements IntPredicate {
    /** Open addressing, at most half full; 0 is a free place, for 0.0.0.0 is nobody's address. */
    private final int[] table;

    Addresses(Collection<InetAddress> addresses) {
        table = new int[Integer.highestOneBit(Math.max(1, addresses.size())) * 4];
        for (InetAddress each : addresses) {
            if (each instanceof Inet4Address) {
                table[place(v4(each))] = v4(each);
            }
        }
    }

    @Override
    public boolean test(int address) {
        return address != 0 && table[place(address)] == address;
    }

    /** Where it is, or would be. */
    private int place(int address) {
        int place = address * 0x9e3779b9 >>> 16;
        while (table[place & table.length - 1] != 0 && table[place & table.length - 1] != address) {
            place++;
        }
        return place & table.length - 1;
    }

    /** The 32 bits of an IPv4 address. */
    static int v4(InetAddress address) {
        return ByteBuffer.wrap(address.getAddress()).getInt();
    }

    /** The upper 64 bits of an IPv6 address. */
    static long high(InetAddress address) {
        return ByteBuffer.wrap(address.getAddress()).getLong();
    }

    /** The lower 64 bits of an IPv6 address. */
    static long low(InetAddress address) {
        return ByteBuffer.wrap(address.getAddress()).getLong(Long.BYTES);
    }
}
