package org.nettytun.linux;

import java.util.EnumSet;
import java.util.Set;

/**
 * How a queue is opened. Source: {@code include/uapi/linux/if_tun.h}, v6.12. Always set beside these: {@code IFF_TUN}
 * and {@code IFF_NO_PI}.
 */
public enum TunFlag {
    /** {@code IFF_MULTI_QUEUE}: the device has several descriptors, each a queue. */
    MULTI_QUEUE(0x0100),
    /** {@code IFF_VNET_HDR}: a virtio header goes before each packet. */
    VNET_HDR(0x4000),
    /** {@code IFF_NAPI}: what is written goes through NAPI, so the kernel may merge it (GRO). */
    NAPI(0x0010),
    /** {@code IFF_TUN_EXCL}: only a device that does not exist yet. */
    EXCLUSIVE(0x8000);

    static final int IFF_TUN = 0x0001;
    static final int IFF_NO_PI = 0x1000;

    private final int bit;

    TunFlag(int bit) {
        this.bit = bit;
    }

    static Set<TunFlag> of(int bits) {
        Set<TunFlag> flags = EnumSet.noneOf(TunFlag.class);
        for (TunFlag flag : values()) {
            if ((bits & flag.bit) != 0) {
                flags.add(flag);
            }
        }
        return flags;
    }

    static int bits(Set<TunFlag> flags) {
        int bits = 0;
        for (TunFlag flag : flags) {
            bits |= flag.bit;
        }
        return bits;
    }
}
