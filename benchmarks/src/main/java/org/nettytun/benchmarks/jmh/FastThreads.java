package org.nettytun.benchmarks.jmh;

import io.netty.util.concurrent.DefaultThreadFactory;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** JMH's threads as Netty's: other threads have no caches, with no allocator. JMH makes it by its class's name. */
public final class FastThreads extends ThreadPoolExecutor {
    /** Makes JMH use it. */
    static final String CUSTOM = "-Djmh.executor=CUSTOM";
    /** Likewise. */
    static final String CLASS = "-Djmh.executor.class=org.nettytun.benchmarks.jmh.FastThreads";

    /** What JMH calls. */
    public FastThreads(int threads, String prefix) {
        super(threads, threads, 0, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(),
                new DefaultThreadFactory(prefix));
    }
}
