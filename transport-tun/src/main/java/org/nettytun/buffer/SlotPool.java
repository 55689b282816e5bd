package org.nettytun.buffer;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The slots that no thread has in its cache: the kernel's {@code kmem_cache}. Any thread, under one lock, which the
 * caches take once for many slots. Bounded in bytes; beyond the bound, or without memory, it gives fewer than was
 * asked for.
 */
final class SlotPool {
    private static final int SLOTS_PER_SLAB = 64;
    /** One slab that is whole is kept, or a sender that ebbs and flows would have memory mapped in each wave. */
    private static final int WHOLE_KEPT = 1;

    private final int slotBytes;
    private final int headroom;
    private final int stride;
    private final long maxBytes;
    private final Deque<Slab> partial = new ArrayDeque<>();
    private final Deque<Slab> whole = new ArrayDeque<>();

    private int slabs;
    private long taken;
    private long highWater;
    private long shortfalls;

    /** @param slotBytes longest packet; @param maxBytes of direct memory, all slabs together */
    SlotPool(int slotBytes, int headroom, long maxBytes) {
        this.slotBytes = slotBytes;
        this.headroom = headroom;
        this.stride = oddLines(headroom + slotBytes);
        this.maxBytes = maxBytes;
    }

    /** An odd number of cache lines, so that the headers of packets do not all fall into the same sets of the cache. */
    private static int oddLines(int bytes) {
        int line = 64;
        int lines = (bytes + line - 1) / line;
        return (lines | 1) * line;
    }

    int slotBytes() {
        return slotBytes;
    }

    int headroom() {
        return headroom;
    }

    /** @return how many of {@code out[at..at+n)} were filled, from {@code at} on */
    synchronized int take(PacketBuf[] out, int at, int n) {
        int got = 0;
        while (got < n) {
            Slab slab = nonEmpty();
            if (slab == null) {
                shortfalls++;
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
        long bytes = (long) SLOTS_PER_SLAB * stride;
        if ((slabs + 1) * bytes > maxBytes) {
            return null;
        }
        try {
            Slab slab = new Slab(this, SLOTS_PER_SLAB, stride);
            slabs++;
            return slab;
        } catch (OutOfMemoryError e) {
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
            if (whole.size() < WHOLE_KEPT) {
                whole.addFirst(slab);
            } else {
                slab.free();
                slabs--;
            }
        }
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
        return (long) slabs * SLOTS_PER_SLAB * stride;
    }

    /** Times it could not give all that was asked for. */
    synchronized long shortfalls() {
        return shortfalls;
    }
}
