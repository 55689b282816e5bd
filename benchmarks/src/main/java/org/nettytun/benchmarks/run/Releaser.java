package org.nettytun.benchmarks.run;

import io.netty.util.ReferenceCounted;
import io.netty.util.internal.PlatformDependent;

import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A second thread that spins for what it is given and releases it. One thread gives. */
public final class Releaser {
    /** After so many looks in vain, some 0.1 ms, nothing is being measured: others shall have the core. */
    private static final int LOOKS = 10_000;
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Queue<ReferenceCounted> waiting = PlatformDependent.newSpscQueue();
    private volatile long released;

    /** Starts it. It ends with the program. */
    public Releaser() {
        Thread thread = new Thread(this::releaseAll, "releaser");
        thread.setDaemon(true);
        thread.start();
    }

    /** Owned by the other thread from here on. */
    public void release(ReferenceCounted object) {
        waiting.add(object);
    }

    /** How many it has released. */
    public long released() {
        return released;
    }

    private void releaseAll() {
        int looks = 0;
        long count = 0;
        while (true) {
            ReferenceCounted object = waiting.poll();
            if (object != null) {
                object.release();
                released = ++count;
                looks = 0;
            } else if (looks++ < LOOKS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(NAP_NANOS);
            }
        }
    }
}
