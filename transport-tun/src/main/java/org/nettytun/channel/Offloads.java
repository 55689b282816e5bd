package org.nettytun.channel;

import io.netty.util.internal.SystemPropertyUtil;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.linux.Errno;
import org.nettytun.linux.ErrnoException;
import org.nettytun.linux.TunFd;
import org.nettytun.linux.TunFlag;
import org.nettytun.offload.VirtioNetHeader;

import java.util.List;
import java.util.Set;

/** What a queue and its channel have agreed on. Changed by the event loop alone; read by any thread. */
final class Offloads {
    /** {@code false}: whatever the options say, there are none. */
    private static final boolean ALLOWED = SystemPropertyUtil.getBoolean("org.nettytun.offloads", true);
    /** What is left out first when the kernel says no. */
    private static final List<TunOffload> NEWEST_FIRST = List.of(TunOffload.USO, TunOffload.TSO_ECN, TunOffload.TSO6,
            TunOffload.TSO4, TunOffload.CSUM);

    private final int headerLength;
    private final Set<TunOffload> granted;
    private final boolean isSuper;
    /** A bit for each {@link GsoType} that may be written as it is; of {@code NONE}, if its checksum may be owed. */
    private volatile int whole;

    private Offloads(int headerLength, Set<TunOffload> granted) {
        this.headerLength = headerLength;
        this.granted = granted;
        this.isSuper = granted.stream().anyMatch(TunOffload::isSuper);
        allow(GsoType.NONE, TunOffload.CSUM);
        allow(GsoType.TCP4, TunOffload.TSO4);
        allow(GsoType.TCP6, TunOffload.TSO6);
        allow(GsoType.UDP_L4, TunOffload.USO);
    }

    private void allow(GsoType type, TunOffload by) {
        if (granted.contains(by)) {
            whole |= bit(type);
        }
    }

    /** Whether the application's wish may be heeded at all. */
    static boolean isAllowed() {
        return ALLOWED;
    }

    /** Of a socket pair: nobody is there to say no. */
    static Offloads ofPair(Set<TunOffload> wanted) {
        return new Offloads(wanted.isEmpty() ? 0 : VirtioNetHeader.LENGTH, wanted);
    }

    /**
     * Agrees with the kernel: what it does not know is left out. A header of 12 bytes is kept, for queues of one device
     * have one length.
     *
     * @param wanted empty for none, and then a device that somebody left with offloads has none any more
     */
    static Offloads negotiate(TunFd tun, Set<TunOffload> wanted) throws ErrnoException {
        boolean header = tun.flags().contains(TunFlag.VNET_HDR);
        if (!header && !wanted.isEmpty()) {
            throw new IllegalArgumentException("TUN_OFFLOADS needs a queue opened with IFF_VNET_HDR, and " + tun
                    + " was not: leave the option out, or open the descriptor with that flag");
        }
        return new Offloads(header ? headerLength(tun) : 0, grant(tun, TunOffload.copy(wanted)));
    }

    private static int headerLength(TunFd tun) throws ErrnoException {
        int length = tun.vnetHeaderSize();
        if (length != VirtioNetHeader.LENGTH && length != VirtioNetHeader.MERGEABLE_LENGTH) {
            length = VirtioNetHeader.LENGTH;
            tun.setVnetHeaderSize(length);
        }
        return length;
    }

    private static Set<TunOffload> grant(TunFd tun, Set<TunOffload> wanted) throws ErrnoException {
        for (TunOffload last : NEWEST_FIRST) {
            try {
                tun.setOffload(TunOffload.bits(wanted));
                return wanted;
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EINVAL) {
                    throw e;
                }
                wanted.remove(last);
            }
        }
        return wanted;
    }

    /** Bytes of the virtio header before each packet; 0 for none. */
    int headerLength() {
        return headerLength;
    }

    /** Whether packets longer than the MTU are read. */
    boolean isSuper() {
        return isSuper;
    }

    /** Whether a packet that owes this is written as it is. */
    boolean takes(PacketMetadata owed) {
        return takes(owed.gsoType(), owed.ecn());
    }

    boolean takes(GsoType type, boolean ecn) {
        return (whole & bit(type)) != 0 && (!ecn || granted.contains(TunOffload.TSO_ECN));
    }

    /** Whether any super-packet is written as it is. */
    boolean takesSuper() {
        return (whole & ~bit(GsoType.NONE)) != 0;
    }

    /** The kernel has refused one: no more of them. */
    void refused(GsoType type) {
        whole &= ~bit(type);
    }

    /** What was granted, less what was refused since. A copy. */
    Set<TunOffload> inForce() {
        Set<TunOffload> all = TunOffload.copy(granted);
        all.removeIf(each -> switch (each) {
            case CSUM -> false;
            case TSO4 -> !takes(GsoType.TCP4, false);
            case TSO6 -> !takes(GsoType.TCP6, false);
            case TSO_ECN -> !takes(GsoType.TCP4, false) && !takes(GsoType.TCP6, false);
            case USO -> !takes(GsoType.UDP_L4, false);
        });
        return all;
    }

    private static int bit(GsoType type) {
        return 1 << type.ordinal();
    }
}
