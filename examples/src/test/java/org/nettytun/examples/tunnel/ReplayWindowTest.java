package org.nettytun.examples.tunnel;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ReplayWindowTest {
    private static final long LAST = 0xffff_ffffL;

    /** The same, slowly: all that ever came, in a set. */
    @Test
    void agreesWithOneThatForgetsNothing() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            ReplayWindow window = new ReplayWindow();
            Set<Long> came = new HashSet<>();
            long start = 10_000;
            long highest = start;
            long first = start;
            for (int i = 0; i < 5000; i++) {
                int reach = random.nextInt(20) == 0 ? 3 * ReplayWindow.SIZE : 5;
                long sequence = i == 0 ? start : Math.max(0, highest - reach + random.nextInt(2 * reach + 1));
                highest = Math.max(highest, sequence);
                boolean fresh = sequence > highest - ReplayWindow.SIZE && came.add(sequence);
                assertEquals(fresh, window.accept(1, 0, sequence), "seed " + seed + ", step " + i);
                first = fresh ? Math.min(first, sequence) : first;
            }
            long from = first;
            long until = highest - ReplayWindow.SIZE;
            long there = came.stream().filter(each -> each >= from && each <= until).count();
            assertEquals(Math.max(0, until - from + 1) - there, window.missing().sum(), "seed " + seed);
        }
    }

    @Test
    void oneThatNeverComesIsMissingWhenItIsTooLate() {
        ReplayWindow window = new ReplayWindow();
        window.accept(1, 0, 100);
        window.accept(1, 0, 102);
        window.accept(1, 0, 101 + ReplayWindow.SIZE - 1);
        assertEquals(0, window.missing().sum(), "it can still come");
        window.accept(1, 0, 101 + ReplayWindow.SIZE);
        assertEquals(1, window.missing().sum());
        assertFalse(window.accept(1, 0, 101), "too late");
        assertTrue(window.accept(1, 0, LAST));
        assertEquals(LAST - ReplayWindow.SIZE - 100 + 1 - 4, window.missing().sum(), "all but those that came");
    }

    @Test
    void aLaterSessionEndsTheOneBefore() {
        ReplayWindow window = new ReplayWindow();
        assertTrue(window.accept(1, 5, 7));
        assertTrue(window.accept(2, 6, 7));
        assertEquals(0, window.missing().sum());
        assertFalse(window.accept(1, 5, 8), "it is over");
        assertFalse(window.accept(2, 6, 7));
        assertTrue(window.accept(2, -1, 7), "epochs have no sign");
    }
}
