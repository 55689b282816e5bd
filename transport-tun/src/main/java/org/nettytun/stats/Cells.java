package org.nettytun.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counters in a row. The owner, a thread, adds with a plain read and an opaque write: no lock prefix, for nobody else
 * writes there. All other threads add to a {@link LongAdder} beside it, made when one is first needed: they are many
 * or rare, both of which it is good at. Any thread reads the sum.
 */
final class Cells {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    /** Two cache lines of 64 bytes, for they are fetched in pairs: what others write is not near our first or last. */
    private static final int PADDING = 16;

    private final long[] owned;
    private final AtomicReferenceArray<LongAdder> foreign;
    /**
     * Plain on purpose. Only its owner takes it away, and only when there is none is another set, with a hand-over
     * between two event loops in between. So a thread that reads an old value reads of another thread or of none, and
     * never of itself.
     */
    private Thread owner;

    Cells(int count) {
        owned = new long[count + 2 * PADDING];
        foreign = new AtomicReferenceArray<>(count);
    }

    void ownedBy(Thread thread) {
        owner = thread;
    }

    /** Adds to two neighbours, for one look at the thread. */
    void add(int cell, long by, long byNext) {
        if (Thread.currentThread() == owner) {
            int at = PADDING + cell;
            CELL.setOpaque(owned, at, owned[at] + by);
            CELL.setOpaque(owned, at + 1, owned[at + 1] + byNext);
        } else {
            foreign(cell).add(by);
            foreign(cell + 1).add(byNext);
        }
    }

    private LongAdder foreign(int cell) {
        LongAdder there = foreign.get(cell);
        if (there != null) {
            return there;
        }
        LongAdder made = new LongAdder();
        return foreign.compareAndSet(cell, null, made) ? made : foreign.get(cell);
    }

    long get(int cell) {
        LongAdder others = foreign.get(cell);
        return (long) CELL.getOpaque(owned, PADDING + cell) + (others == null ? 0 : others.sum());
    }
}
