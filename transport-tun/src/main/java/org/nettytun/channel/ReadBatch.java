package org.nettytun.channel;

import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.stats.TunStats;

/**
 * Packets for one pass of reads, fetched in bulk: as many as the pass before needed, the rest one by one. Belongs to
 * the channel's event loop.
 */
final class ReadBatch {
    private static final int LARGEST = 64;

    private final PacketBuf[] packets = new PacketBuf[LARGEST];
    private NapiByteBufAllocator allocator;
    private int left;
    private int needed;
    private int last = 1;

    /** Starts a pass. What others released comes home first, so that it can be given out again while it is hot. */
    void start(NapiByteBufAllocator from, TunStats stats) {
        allocator = from;
        from.flushDeferred();
        left = from.allocateBulk(packets, last, stats);
        needed = 0;
    }

    /** @return an empty packet, the caller's; {@code null} when there is no memory */
    PacketBuf next() {
        needed++;
        if (left == 0) {
            return allocator.allocate();
        }
        PacketBuf packet = packets[--left];
        packets[left] = null;
        return packet;
    }

    /** Ends the pass: what was not needed goes back. */
    void finish() {
        PacketBuf.consume(packets, 0, left);
        left = 0;
        last = Math.max(1, Math.min(LARGEST, needed));
    }
}
