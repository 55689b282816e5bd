package org.nettytun.forward;

import org.nettytun.buffer.PacketBuf;
import org.nettytun.offload.ChecksumCompletion;
import org.nettytun.offload.GsoSplit;
import org.nettytun.offload.SuperPacket;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;

import java.util.function.Function;

/**
 * Packets that owe a split or a checksum: on their way they may go on owing, but not to us, and not into fragments.
 * Belongs to one event loop.
 */
final class SuperPackets {
    private final Packets packets;
    private final GsoSplit split = new GsoSplit();

    SuperPackets(Packets packets) {
        this.packets = packets;
    }

    /**
     * What must fit the MTU: of a super-packet its segments.
     *
     * @param length bytes of the packet
     * @return bytes of the longest; 0 if the packet is malformed
     */
    int longest(PacketBuf packet, int length) {
        if (!SuperPacket.is(packet)) {
            return length;
        }
        return split.start(packet) == DropReason.NONE ? split.longest() : 0;
    }

    /** Whether it owes anything that whoever it is for would have to know. */
    static boolean isOwing(PacketBuf packet) {
        return packet.metadata().isOwing();
    }

    /**
     * Has the packet forwarded without any debt: itself, its checksum finished, or its segments, each on its own.
     *
     * @param forward takes a packet, or says why not
     * @return {@link DropReason#NONE}: the packet is gone; otherwise it still is the caller's
     */
    DropReason settle(PacketBuf packet, Function<PacketBuf, DropReason> forward) {
        DropReason bad = SuperPacket.is(packet) ? split.start(packet) : ChecksumCompletion.complete(packet);
        if (bad != DropReason.NONE || !SuperPacket.is(packet)) {
            return bad != DropReason.NONE ? bad : forward.apply(packet);
        }
        int count = split.segments();
        for (int i = 0; i < count; i++) {
            PacketBuf segment = packets.get(split.length(i), Term.SEGMENTS);
            if (segment == null) {
                bad = KernelDropReason.NOMEM;   // of the rest
                break;
            }
            segment.clear();
            split.write(i, segment);
            DropReason refused = forward.apply(segment.readFrom(packet.origin()));
            if (refused != DropReason.NONE) {
                segment.drop(refused);
            }
        }
        packets.count(Term.SPLIT, packet);
        if (bad == DropReason.NONE) {
            packet.consume();
        }
        return bad;
    }
}
