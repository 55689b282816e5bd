package org.nettytun.buffer;

import java.util.concurrent.atomic.AtomicLong;

/** How much direct memory the slabs of an allocator may hold together. Any thread. */
final class MemoryBound {
    private final long most;
    private final AtomicLong held = new AtomicLong();

    /** @param most bytes */
    MemoryBound(long most) {
        this.most = most;
    }

    /** @return false if that would be too much: nothing has changed */
    boolean reserve(long bytes) {
        long now;
        do {
            now = held.get();
            if (now + bytes > most) {
                return false;
            }
        } while (!held.compareAndSet(now, now + bytes));
        return true;
    }

    /** Whether what is idle is better given back: another pool may want it. */
    boolean isTight() {
        return held.get() > most / 2;
    }

    void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }
}
