package org.nettytun.benchmarks.run;

import io.netty.util.ReferenceCounted;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A second thread that spins for what it is given and releases it. One thread gives. What is measured is the release,
 * so the way there is the cheapest there is: a ring, 2 ns an object if they come 64 at once, and no garbage.
 */
public final class Releaser {
    /** After so many looks in vain, some 0.1 ms, nothing is being measured: others shall have the core. */
    private static final int LOOKS = 10_000;
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int CAPACITY = 1 << 12;
    private static final VarHandle POSITION = MethodHandles.arrayElementVarHandle(long[].class);
    /** Each in a cache line of its own. */
    private static final int GIVEN = 16;
    private static final int RELEASED = 32;
    private static final int POSITIONS = 48;

    private final ReferenceCounted[] ring = new ReferenceCounted[CAPACITY];
    private final long[] positions = new long[POSITIONS];

    /** Starts it. It ends with the program. */
    public Releaser() {
        Thread thread = new Thread(this::releaseAll, "releaser");
        thread.setDaemon(true);
        thread.start();
    }

    /** Owned by the other thread from here on. */
    public void release(ReferenceCounted object) {
        long at = positions[GIVEN];
        put(at, object);
        POSITION.setRelease(positions, GIVEN, at + 1);
    }

    /** The same of several at once. */
    public void release(ReferenceCounted[] objects) {
        long at = positions[GIVEN];
        for (ReferenceCounted each : objects) {
            put(at++, each);
        }
        POSITION.setRelease(positions, GIVEN, at);
    }

    private void put(long at, ReferenceCounted object) {
        while (at - released() >= CAPACITY) {
            Thread.onSpinWait();
        }
        ring[(int) (at % CAPACITY)] = object;
    }

    /** How many it has released. */
    public long released() {
        return (long) POSITION.getAcquire(positions, RELEASED);
    }

    private void releaseAll() {
        int looks = 0;
        long released = 0;
        while (true) {
            long given = (long) POSITION.getAcquire(positions, GIVEN);
            if (given > released) {
                while (released < given) {
                    ring[(int) (released++ % CAPACITY)].release();
                }
                POSITION.setRelease(positions, RELEASED, released);
                looks = 0;
            } else if (looks++ < LOOKS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(NAP_NANOS);
            }
        }
    }
}
