package org.nettytun.examples.router;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RateLimitTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5_000);   // nanoTime may wrap

    @Test
    void aSecondsWorthAtOnceThenOneAnInterval() {
        RateLimit limit = new RateLimit(10, now::get);
        assertEquals(10, allowed(limit, 1000));
        now.addAndGet(100_000_000);
        assertEquals(1, allowed(limit, 1000));
        now.addAndGet(350_000_000);
        assertEquals(3, allowed(limit, 1000));
        now.addAndGet(60_000_000_000L);
        assertEquals(10, allowed(limit, 1000), "a long silence saves up no more than a second's worth");
    }

    @Test
    void zeroIsNoLimit() {
        RateLimit limit = new RateLimit(0, now::get);
        assertTrue(IntStream.range(0, 100_000).allMatch(i -> limit.allows()));
    }

    private static long allowed(RateLimit limit, int tries) {
        return IntStream.range(0, tries).filter(i -> limit.allows()).count();
    }
}
