package org.nettytun.channel;

import java.util.EnumSet;
import java.util.Set;

/**
 * What may pass between the kernel and a channel unfinished, in either direction. Source: {@code
 * include/uapi/linux/if_tun.h}, v6.12, {@code TUN_F_*}.
 */
public enum TunOffload {
    /** Packets that owe their checksum. All others need it. */
    CSUM(0x01),
    /** Super-packets of TCP segments over IPv4, up to 64 KiB. */
    TSO4(0x02),
    /** Super-packets of TCP segments over IPv6. */
    TSO6(0x04),
    /** The same with CWR, which is for the first segment alone. Needs one of these two. */
    TSO_ECN(0x08),
    /** Super-packets of UDP datagrams over either; since Linux 6.2. */
    USO(0x60);

    /** All of them; of these, what the kernel knows. */
    public static final Set<TunOffload> ALL_SUPPORTED = Set.of(values());

    private final int bits;

    TunOffload(int bits) {
        this.bits = bits;
    }

    static int bits(Set<TunOffload> offloads) {
        int bits = 0;
        for (TunOffload offload : offloads) {
            bits |= offload.bits;
        }
        return bits;
    }

    /** Whether it makes packets longer than the MTU. */
    boolean isSuper() {
        return this != CSUM && this != TSO_ECN;
    }

    static Set<TunOffload> copy(Set<TunOffload> offloads) {
        Set<TunOffload> copy = EnumSet.noneOf(TunOffload.class);
        copy.addAll(offloads);
        return copy;
    }
}
