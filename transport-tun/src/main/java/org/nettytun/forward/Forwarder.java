package org.nettytun.forward;

import io.netty.buffer.ByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

/**
 * What becomes of packets that came in by one queue of one port: on their way, answered, or refused with a reason.
 * Belongs to that queue's event loop. Allocates nothing but packets.
 */
public final class Forwarder implements AutoCloseable {
    private final Packets packets;
    private final Outlets outlets;
    private final Ipv4Forwarder ipv4;
    private final Ipv4Fragments fragments4;
    private final Ipv6Forwarder ipv6;
    private final Ipv6Fragments fragments6;

    /**
     * @param router  what it shares with the other queues
     * @param ingress the port
     * @param queue   the queue's index: flows leave by the queue of that index, so that none overtakes itself
     * @param alloc   of answers and fragments
     * @param ledger  where fragments are counted that were taken and came to nothing
     */
    public Forwarder(Forwarding router, Port ingress, int queue, ByteBufAllocator alloc, TunStats ledger) {
        packets = new Packets(alloc, router.ledger());
        outlets = new Outlets(router.ports(), queue);
        SuperPackets superPackets = new SuperPackets(packets);
        Ipv4Output output4 = new Ipv4Output(outlets, packets);
        Ipv4Errors errors4 = new Ipv4Errors(router, outlets, packets);
        fragments4 = new Ipv4Fragments(new Ipv4Local(router, output4, errors4, packets), errors4, packets, ledger);
        ipv4 = new Ipv4Forwarder(router, ingress, output4, errors4, fragments4, superPackets);
        Ipv6Output output6 = new Ipv6Output(outlets, packets);
        Ipv6Errors errors6 = new Ipv6Errors(router, ingress, outlets, packets);
        Ipv6Local local6 = new Ipv6Local(router, ingress, output6, errors6, packets);
        Ipv6Input input6 = new Ipv6Input(local6, errors6, packets, ledger);
        fragments6 = input6.fragments();
        ipv6 = new Ipv6Forwarder(router, ingress, output6, errors6, input6, superPackets);
    }

    /**
     * @param packet whole, from the reader index on; the only reference to it, for its header is changed in place
     * @return {@link DropReason#NONE}: the packet is gone, sent with the next {@link #flush()} if not kept as a
     *         fragment; otherwise it still is the caller's, to be dropped
     */
    public DropReason forward(PacketBuf packet) {
        if (!packet.isReadable()) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        return switch (packet.getUnsignedByte(packet.readerIndex()) >>> 4) {
            case Ipv4Header.VERSION -> ipv4.forward(packet);
            case Ipv6Header.VERSION -> ipv6.forward(packet);
            default -> KernelDropReason.INVALID_PROTO;
        };
    }

    /** A copy of a packet that others hold, too; null if there is no memory. */
    PacketBuf copy(PacketBuf packet) {
        PacketBuf copy = packets.copy(packet, Term.COPIED);
        if (copy != null && SuperPackets.isOwing(packet)) {
            copy.metadata().set(packet.metadata()).start(packet.metadata().start() - packet.readerIndex());
        }
        return copy;
    }

    /** Sends what was forwarded since the last time. */
    public void flush() {
        outlets.flush();
    }

    /** Whether fragments wait for others, and so {@link #expire} must be called now and then. */
    boolean waits() {
        return !fragments4.isEmpty() || !fragments6.isEmpty();
    }

    /** Lets go of fragments that have waited too long. */
    void expire(long nanoTime) {
        fragments4.expire(nanoTime);
        fragments6.expire(nanoTime);
    }

    /** Lets go of all fragments that wait. */
    @Override
    public void close() {
        fragments4.close();
        fragments6.close();
    }
}
