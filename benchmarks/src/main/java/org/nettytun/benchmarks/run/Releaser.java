package org.nettytun.benchmarks.run;

import io.netty.util.ReferenceCounted;
import io.netty.util.internal.PlatformDependent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** A second thread that releases what it is given: it spins for it while it is wanted, and else sleeps. One gives. */
public final class Releaser {
    private final Thread thread = new Thread(this::releaseAll, "releaser");
    private final CompletableFuture<Long> threadId = new CompletableFuture<>();
    private final Queue<ReferenceCounted> waiting = PlatformDependent.newSpscQueue();
    private volatile boolean wanted;
    private volatile long released;

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

    /** Owned by the other thread from here on. */
    public void release(ReferenceCounted object) {
        waiting.add(object);
    }

    /** How many it has released. */
    public long released() {
        return released;
    }

    private void releaseAll() {
        try {
            threadId.complete(Pinning.threadId());
        } catch (IOException e) {
            threadId.completeExceptionally(new UncheckedIOException(e));
        }
        long count = 0;
        while (true) {
            ReferenceCounted object = waiting.poll();
            if (object != null) {
                object.release();
                released = ++count;
            } else if (wanted) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
    }
}
