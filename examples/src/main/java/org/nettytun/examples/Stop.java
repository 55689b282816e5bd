package org.nettytun.examples;

import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The wish to end: of SIGTERM, SIGINT, or somebody in the process. Any thread. What the examples opened is closed by
 * the thread that opened it, which waits here meanwhile.
 */
public final class Stop {
    /** A service manager and a user are promised 5 s. */
    private static final long PATIENCE_MILLIS = 4500;

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Deque<Runnable> listeners = new ConcurrentLinkedDeque<>();
    private volatile int exitCode;

    /** Not wished yet. */
    public Stop() {
    }

    /** Waits until the end is wished. */
    public void await() throws InterruptedException {
        requested.await();
    }

    /** Waits until the end is wished, but no longer than that; whether it is. */
    public boolean await(Duration longest) throws InterruptedException {
        return requested.await(longest.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether it is wished. */
    public boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** Wishes it. */
    public void request() {
        requested.countDown();
        listeners.forEach(Runnable::run);
    }

    /** Has {@code listener} called, by whoever wishes the end; at once if it was wished already. Perhaps twice. */
    public void onRequest(Runnable listener) {
        listeners.add(listener);
        if (isRequested()) {
            listener.run();
        }
    }

    /**
     * Makes SIGTERM and SIGINT a wish, and {@link #exit} the end: the JVM's own exit code for them, 143 or 130, would
     * tell a service manager that something failed.
     */
    void exitOnSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            request();
            Runtime.getRuntime().halt(awaitEnd() ? exitCode : 1);
        }, "stop"));
    }

    private boolean awaitEnd() {
        try {
            return ended.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;   // somebody halts the JVM before us
        }
    }

    /** Ends the process. */
    void exit(int code) {
        exitCode = code;
        ended.countDown();
        System.exit(code);
    }
}
