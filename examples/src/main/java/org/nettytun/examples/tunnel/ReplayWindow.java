package org.nettytun.examples.tunnel;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * Which of the peer's datagrams have come: each is let in once. Belongs to the tunnel's event loop. Source: RFC 6479,
 * for 2048 numbers: so far may a datagram be overtaken.
 */
final class ReplayWindow {
    static final int SIZE = 2048;

    private final long[] seen = new long[SIZE / Long.SIZE];
    private final LongAdder missing = new LongAdder();
    private boolean any;
    private int session;
    private long epoch;
    private long first;
    private long highest;

    /**
     * Numbers of the peer's that were never let in, as far as later ones tell; counted when it is too late for them.
     * The network lost them, or one of the ends dropped them with a reason of its own.
     */
    LongAdder missing() {
        return missing;
    }

    /**
     * Whether a datagram is new; if so, it is remembered. In a sealed tunnel only one that was authenticated may be
     * asked for: it may begin a session.
     */
    boolean accept(int itsSession, long itsEpoch, long sequence) {
        if (!any || itsSession != session || itsEpoch != epoch) {
            if (any && Long.compareUnsigned(itsEpoch, epoch) < 0) {
                return false;
            }
            begin(itsSession, itsEpoch, sequence);
            return true;
        }
        if (sequence > highest) {
            advance(sequence);
        } else if (sequence <= highest - SIZE || isSeen(sequence)) {
            return false;
        }
        first = Math.min(first, sequence);
        see(sequence);
        return true;
    }

    private void begin(int itsSession, long itsEpoch, long sequence) {
        any = true;
        session = itsSession;
        epoch = itsEpoch;
        first = sequence;
        highest = sequence;
        Arrays.fill(seen, 0);
        see(sequence);
    }

    /** Makes room for all numbers up to {@code to}; those that leave unseen are missing. */
    private void advance(long to) {
        long end = Math.min(to, highest + SIZE);
        for (long at = highest + 1; at <= end; at++) {
            if (at - SIZE >= first && !isSeen(at)) {   // the two share a bit
                missing.increment();
            }
            seen[word(at)] &= ~bit(at);
        }
        missing.add(to - end);   // these leave before they could have come
        highest = to;
    }

    private boolean isSeen(long sequence) {
        return (seen[word(sequence)] & bit(sequence)) != 0;
    }

    private void see(long sequence) {
        seen[word(sequence)] |= bit(sequence);
    }

    private static int word(long sequence) {
        return (int) (sequence % SIZE / Long.SIZE);
    }

    private static long bit(long sequence) {
        return 1L << sequence % Long.SIZE;
    }
}
