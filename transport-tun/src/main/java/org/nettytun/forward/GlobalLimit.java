package org.nettytun.forward;

import java.util.concurrent.ThreadLocalRandom;

/**
 * How many errors a router may send in all: the kernel's {@code icmp_global_allow} and {@code icmp_global_consume},
 * v6.12. Not thread-safe.
 */
final class GlobalLimit {
    /** Milliseconds between two times that it is filled. */
    private static final int REFILL = 20;
    private static final int SECOND = 1000;

    private final int perSecond;
    private final int burst;
    private int credit;
    private long filled;

    /** @param now milliseconds */
    GlobalLimit(int perSecond, int burst, long now) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.credit = burst;
        this.filled = now;
    }

    /** @param now milliseconds */
    boolean allows(long now) {
        if (credit > 0) {
            return true;
        }
        long elapsed = Math.min(now - filled, SECOND);
        if (elapsed < REFILL) {
            return false;
        }
        int more = (int) (perSecond * elapsed / SECOND);
        if (more == 0) {
            return false;
        }
        credit = Math.min(credit + more, burst);
        filled = now;
        return credit > 0;
    }

    /** One was sent. At random none, one or two are taken, so that nobody can count what others get. */
    void consume() {
        credit -= ThreadLocalRandom.current().nextInt(3);
    }
}
