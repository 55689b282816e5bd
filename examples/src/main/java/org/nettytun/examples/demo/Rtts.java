package org.nettytun.examples.demo;

/** Collects round trips. Belongs to one thread. */
final class Rtts {
    private static final double NANOS_A_MILLISECOND = 1e6;

    private long count;
    private long sum;
    private long least = Long.MAX_VALUE;
    private long most;

    void add(long nanos) {
        count++;
        sum += nanos;
        least = Math.min(least, nanos);
        most = Math.max(most, nanos);
    }

    long count() {
        return count;
    }

    /** Null if there was none. */
    Row.Rtt summary() {
        return count == 0 ? null : new Row.Rtt(least / NANOS_A_MILLISECOND,
                (double) sum / count / NANOS_A_MILLISECOND, most / NANOS_A_MILLISECOND);
    }
}
