package org.nettytun.buffer;

import io.netty.buffer.ByteBufAllocator;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The slots that no thread has in its cache: the kernel's {@code kmem_cache}. Any thread, under one lock, which the
 * caches take once for many slots. Bounded in bytes; beyond the bound, or without memory, it gives fewer than was
 * asked for.
 */
final class SlotPool {
    /** Slots of a packet come 64 to a slab, those of a super-packet 15: some 100 KiB, and 1 MiB. */
    private static final int LARGEST_SLAB = 1 << 20;
    private static final int MOST_SLOTS = 64;
    /**
     * So many slabs that are whole are kept while others are in use, as the kernel's {@code MIN_PARTIAL}: those who
     * release many at once would have memory mapped in each wave. One stays when nothing is in use.
     */
    private static final int WHOLE_KEPT = 5;

    private final int slotBytes;
    private final int headroom;
    private final int stride;
    private final int slotsPerSlab;
    private final int quarantined;
    private final MemoryBound bound;
    private final ByteBufAllocator allocator;
    private final Deque<Slab> partial = new ArrayDeque<>();
    private final Deque<Slab> whole = new ArrayDeque<>();

    private final HeadCounts ended = new HeadCounts();

    private int slabs;
    private long taken;
    private long highWater;
    private long lent;
    private long returned;

    /**
     * @param slotBytes   longest packet
     * @param quarantined packets that rest, overwritten, in a thread's cache before they are used again; 0 but in tests
     * @param bound       of direct memory, perhaps shared with other pools
     * @param allocator   whose pool it is
     */
    SlotPool(int slotBytes, int headroom, int quarantined, MemoryBound bound, ByteBufAllocator allocator) {
        this.slotBytes = slotBytes;
        this.headroom = headroom;
        this.stride = oddLines(headroom + slotBytes);
        this.slotsPerSlab = Math.max(1, Math.min(MOST_SLOTS, LARGEST_SLAB / stride));
        this.quarantined = quarantined;
        this.bound = bound;
        this.allocator = allocator;
    }

    /** An odd number of cache lines, so that the headers of packets do not all fall into the same sets of the cache. */
    private static int oddLines(int bytes) {
        int line = 64;
        int lines = (bytes + line - 1) / line;
        return (lines | 1) * line;
    }

    /** How heads ended that no owner ended. */
    HeadCounts ended() {
        return ended;
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    int slotBytes() {
        return slotBytes;
    }

    int headroom() {
        return headroom;
    }

    int quarantined() {
        return quarantined;
    }

    /** Bytes from slot to slot: what a packet keeps from others. */
    int stride() {
        return stride;
    }

    /** @return how many of {@code out[at..at+n)} were filled, from {@code at} on */
    synchronized int take(PacketBuf[] out, int at, int n) {
        int got = 0;
        while (got < n) {
            Slab slab = nonEmpty();
            if (slab == null) {
                break;
            }
            while (got < n && !slab.isEmpty()) {
                out[at + got++] = slab.take();
            }
            if (slab.isEmpty()) {
                partial.removeFirst();
            }
        }
        taken += got;
        highWater = Math.max(highWater, taken);
        return got;
    }

    /** The first of {@link #partial}, made so if need be. */
    private Slab nonEmpty() {
        if (partial.isEmpty()) {
            Slab next = whole.isEmpty() ? allocate() : whole.removeFirst();
            if (next == null) {
                return null;
            }
            partial.addFirst(next);
        }
        return partial.getFirst();
    }

    private Slab allocate() {
        if (!bound.reserve(slabBytes())) {
            return null;
        }
        try {
            Slab slab = new Slab(this, slotsPerSlab, stride);
            slabs++;
            return slab;
        } catch (OutOfMemoryError e) {
            bound.giveBack(slabBytes());
            return null; // as in the kernel: the packet is dropped, and that is counted
        }
    }

    /** Takes {@code in[from..from+n)} home and clears the places. */
    synchronized void give(PacketBuf[] in, int from, int n) {
        for (int i = from; i < from + n; i++) {
            give(in[i]);
            in[i] = null;
        }
    }

    synchronized void give(PacketBuf head) {
        taken--;
        Slab slab = head.slab();
        if (slab.isEmpty()) {
            partial.addLast(slab);
        }
        slab.give(head);
        if (slab.isWhole()) {
            partial.remove(slab);
            whole.addFirst(slab);
            int kept = taken == 0 || bound.isTight() ? 1 : WHOLE_KEPT;
            while (whole.size() > kept) {
                whole.removeLast().free();
                slabs--;
                bound.giveBack(slabBytes());
            }
        }
    }

    /** For a thread without a cache; counted. {@code null} when there is no memory. */
    synchronized PacketBuf lend() {
        PacketBuf[] one = new PacketBuf[1];
        if (take(one, 0, 1) == 1) {
            lent++;
        }
        return one[0];
    }

    /** From a packet whose last reference went where there is no cache for it; counted. */
    synchronized void takeBack(PacketBuf head) {
        give(head);
        returned++;
    }

    /** How many were lent; and how many taken back. */
    synchronized long lent() {
        return lent;
    }

    synchronized long returned() {
        return returned;
    }

    /** Slots that are with threads or packets now. */
    synchronized long taken() {
        return taken;
    }

    /** The most that ever were. */
    synchronized long highWater() {
        return highWater;
    }

    /** Bytes of direct memory held. */
    synchronized long bytes() {
        return slabs * slabBytes();
    }

    private long slabBytes() {
        return (long) slotsPerSlab * stride;
    }
}
