package org.nettytun.forward;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicLong;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The figures are the kernel's, as measured. */
class LimitsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5_000_000);   // nanoTime may wrap

    @Test
    void aPeerGetsSixAtOnceThenOneAnInterval() {
        PeerLimit limit = new PeerLimit();
        assertEquals(6, allowed(limit, 200, 1, 0));
        assertEquals(0, allowed(limit, 1, 1, 999));
        assertEquals(1, allowed(limit, 10, 1, 1000));
        assertEquals(3, allowed(limit, 10, 1, 4200));
        assertEquals(6, allowed(limit, 10, 1, 1_000_000), "a long silence saves up no more than six");
        assertEquals(6, allowed(limit, 200, 2, 1_000_000), "another peer");
    }

    @Test
    void twelvePacketsAtTwoASecondGetElevenAnswers() {
        PeerLimit limit = new PeerLimit();
        int allowed = 0;
        for (int i = 0; i < 12; i++) {
            allowed += allowed(limit, 1, 1, i * 500L);
        }
        assertEquals(11, allowed);
    }

    /** A peer that keeps asking is not displaced by those who ask once. */
    @Test
    void aFloodOfPeersForgetsOthersAndNoMore() {
        PeerLimit limit = new PeerLimit();
        int regular = allowed(limit, 200, 7, 0);
        for (int i = 0; i < 3_000_000; i++) {
            limit.allows(1, i, 1000, i / 1_000_000);
            if (i % 50 == 0) {
                regular += allowed(limit, 1, 7, i / 1_000_000);
            }
        }
        assertTrue(regular <= 8, "allowed " + regular);
    }

    private static int allowed(PeerLimit limit, int tries, long peer, long now) {
        int allowed = 0;
        for (int i = 0; i < tries; i++) {
            allowed += limit.allows(0, peer, 1000, now) ? 1 : 0;
        }
        return allowed;
    }

    @Test
    void allTogetherGetFiftyAtOnceThenAThousandASecond() {
        IcmpLimits limits = new IcmpLimits(1000, now::get);
        assertBetween(25, 110, toManyPeers(limits, 2000, 0));   // each takes none, one or two: 47, 48, 65 were measured
        long later = 0;
        for (int i = 0; i < 1000; i++) {
            now.addAndGet(10_000_000);
            later += toManyPeers(limits, 100, 100_000 + 100 * i);
        }
        assertBetween(9_000, 11_000, later);
        now.addAndGet(3_600_000_000_000L);
        assertBetween(25, 110, toManyPeers(limits, 2000, 1_000_000));
    }

    @Test
    void aSmallerNumberIsASmallerBurst() {
        IcmpLimits limits = new IcmpLimits(1, now::get);
        assertTrue(toManyPeers(limits, 100, 0) <= 60);
        long later = 0;
        for (int i = 0; i < 200; i++) {
            now.addAndGet(1_000_000_000);
            later += toManyPeers(limits, 10, 1000 + 10 * i);
        }
        assertBetween(100, 500, later);
    }

    @Test
    void zeroIsNoLimit() {
        assertEquals(100_000, toManyPeers(new IcmpLimits(0, now::get), 100_000, 0));
    }

    private static long toManyPeers(IcmpLimits limits, int tries, int from) {
        long allowed = 0;
        for (int i = 0; i < tries; i++) {
            allowed += limits.allowsV4(IcmpError.TIME_EXCEEDED, from + i) ? 1 : 0;
        }
        return allowed;
    }

    private static void assertBetween(long least, long most, long value) {
        assertTrue(value >= least && value <= most, value + " is not in " + least + ".." + most);
    }
}
