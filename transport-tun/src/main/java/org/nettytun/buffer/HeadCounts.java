package org.nettytun.buffer;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What threads count that have no cache for it, or not of that packet. Any thread. */
final class HeadCounts {
    private final Map<NapiCounter, LongAdder> counts = new EnumMap<>(NapiCounter.class);

    HeadCounts() {
        for (NapiCounter each : NapiCounter.values()) {
            counts.put(each, new LongAdder());
        }
    }

    void count(NapiCounter what) {
        counts.get(what).increment();
    }

    long get(NapiCounter what) {
        return counts.get(what).sum();
    }
}
