package org.nettytun.stats;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TunStatsTest {
    private static final int EACH = 200_000;

    /** One owner and three others, all at once, and nothing is lost. */
    @Test
    void theOwnerAndOthersCountTogether() throws Exception {
        TunStats stats = TunStats.ofQueue();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            boolean owner = i == 0;
            threads.add(new Thread(() -> {
                if (owner) {
                    stats.ownedBy(Thread.currentThread());
                }
                for (int n = 0; n < EACH; n++) {
                    stats.count(Term.READ, 3);
                    stats.drop(KernelDropReason.NOMEM, 2);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(4 * EACH, stats.packets(Term.READ));
        assertEquals(12 * EACH, stats.bytes(Term.READ));
        assertEquals(Map.of(KernelDropReason.NOMEM, 4L * EACH), stats.drops(Direction.INBOUND));
        assertEquals(8 * EACH, stats.droppedBytes(Direction.INBOUND, KernelDropReason.NOMEM));
    }

    /** As a channel does that moves between loops: the old owner gives it up before the next takes it. */
    @Test
    void ownersFollowEachOther() throws Exception {
        TunStats stats = TunStats.ofQueue();
        for (int i = 0; i < 10; i++) {
            Thread owner = new Thread(() -> {
                stats.ownedBy(Thread.currentThread());
                for (int n = 0; n < 1000; n++) {
                    stats.count(Term.SENT, 1);
                }
                stats.ownedBy(null);
                stats.count(Term.SENT, 1);
            });
            owner.start();
            owner.join();
        }
        assertEquals(10_010, stats.packets(Direction.OUTBOUND));
    }

    @Test
    void aBalanceIsEvenOrSomethingIsWrong() {
        TunStats stats = TunStats.ofQueue();
        stats.count(Term.ACCEPTED, 10);
        stats.count(Term.PENDING, 10);
        assertTrue(stats.balance(Direction.OUTBOUND).isEven());
        stats.uncount(Term.PENDING, 10);
        assertFalse(stats.balance(Direction.OUTBOUND).isEven(), "a packet that nobody knows of any more");
        stats.count(Term.SENT, 9);
        assertFalse(stats.balance(Direction.OUTBOUND).isEven(), "a byte is missing");
        stats.count(Term.SENT, 1);
        assertFalse(stats.balance(Direction.OUTBOUND).isEven(), "a packet counted twice");
    }

    @Test
    void itTellsWhatHappenedAndNothingElse() {
        TunStats stats = TunStats.ofQueue();
        stats.named("tun7");
        stats.count(Term.READ, 40);
        stats.drop(TunDropReason.TTL_EXPIRED, 40);
        assertEquals("tun7: READ 1 (40 bytes), dropped inbound {TTL_EXPIRED=1}, outbound {}", stats.toString());
    }
}
