package org.nettytun.benchmarks.run;

import io.netty.util.ReferenceCounted;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * A second thread that releases what it is given: it spins for it while it is wanted, and else sleeps. One thread
 * gives. What is measured is the release, so the way there is the cheapest there is: a ring, 2 ns an object if they
 * come 64 at once, and no garbage.
 */
public final class Releaser {
    private static final int CAPACITY = 1 << 12;
    private static final VarHandle POSITION = MethodHandles.arrayElementVarHandle(long[].class);
    /** Each in a cache line of its own. */
    private static final int GIVEN = 16;
    private static final int RELEASED = 32;
    private static final int POSITIONS = 48;

    private final Thread thread = new Thread(this::releaseAll, "releaser");
    private final CompletableFuture<Long> threadId = new CompletableFuture<>();
    private volatile boolean wanted;
    private final ReferenceCounted[] ring = new ReferenceCounted[CAPACITY];
    private final long[] positions = new long[POSITIONS];
    private long given;   // of the giving thread

    /** Starts it, asleep. It ends with the program. */
    public Releaser() {
        thread.setDaemon(true);
        thread.start();
    }

    /** As the kernel counts it. */
    public long threadId() {
        return threadId.join();
    }

    /** Whether there will be something to release. Once there will not be, it sleeps when it has done. Any thread. */
    public void wanted(boolean now) {
        wanted = now;
        LockSupport.unpark(thread);
    }

    /** Owned by the other thread from the next {@link #publish} on; at most {@value #CAPACITY} until then. */
    public void give(ReferenceCounted object) {
        while (given - released() >= CAPACITY) {
            Thread.onSpinWait();
        }
        ring[(int) (given++ % CAPACITY)] = object;
    }

    /** The other thread may see what it was given. Once a batch: each costs a cache line's way between the cores. */
    public void publish() {
        POSITION.setRelease(positions, GIVEN, given);
    }

    /** How many it has released. */
    public long released() {
        return (long) POSITION.getAcquire(positions, RELEASED);
    }

    private void releaseAll() {
        try {
            threadId.complete(Pinning.threadId());
        } catch (IOException e) {
            threadId.completeExceptionally(new UncheckedIOException(e));
        }
        long released = 0;
        while (true) {
            long published = (long) POSITION.getAcquire(positions, GIVEN);
            if (published > released) {
                while (released < published) {
                    ring[(int) (released++ % CAPACITY)].release();
                }
                POSITION.setRelease(positions, RELEASED, released);
            } else if (wanted) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
    }
}
