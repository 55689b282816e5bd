package org.nettytun.buffer;

import java.util.concurrent.atomic.LongAdder;

/** What threads count that have no cache for it, or not of that packet. Any thread. */
final class HeadCounts {
    private final LongAdder[] counts = new LongAdder[NapiCounter.values().length];

    HeadCounts() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    void count(NapiCounter what) {
        counts[what.ordinal()].increment();
    }

    long get(NapiCounter what) {
        return counts[what.ordinal()].sum();
    }
}
