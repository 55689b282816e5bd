package org.nettytun.examples.router;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Allows so many a second, a second's worth of them at once. Any thread. One number holds the state: the time at which
 * all that was allowed is paid for (the "generic cell rate algorithm").
 */
final class RateLimit {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long interval;
    private final LongSupplier nanoTime;
    private final AtomicLong paidUntil;

    /** @param perSecond 1 or more; 0 for no limit */
    RateLimit(int perSecond, LongSupplier nanoTime) {
        this.interval = perSecond == 0 ? 0 : SECOND / perSecond;
        this.nanoTime = nanoTime;
        this.paidUntil = new AtomicLong(nanoTime.getAsLong());
    }

    boolean allows() {
        if (interval == 0) {
            return true;
        }
        long now = nanoTime.getAsLong();
        while (true) {
            long before = paidUntil.get();
            long after = (before - now < 0 ? now : before) + interval;   // by difference: nanoTime may wrap
            if (after - now > SECOND) {
                return false;
            }
            if (paidUntil.compareAndSet(before, after)) {
                return true;
            }
        }
    }
}
