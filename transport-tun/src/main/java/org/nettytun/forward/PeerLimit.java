package org.nettytun.forward;

import java.util.concurrent.ThreadLocalRandom;

/**
 * How many errors each destination may get: six at once, then one an interval, as the kernel's {@code inet_peer}. Not
 * thread-safe. Takes the same memory whatever it is asked: a destination that was not heard of for longest makes room
 * in its set, so that a flood of spoofed sources forgets others, and no more.
 */
final class PeerLimit {
    /** Source: {@code XRLIM_BURST_FACTOR}, {@code net/ipv4/icmp.c}, v6.12. */
    private static final int BURST = 6;
    private static final int SETS = 1024;
    private static final int WAYS = 4;

    /** Unknown to senders, so that none can choose whom it displaces. */
    private final long secret = ThreadLocalRandom.current().nextLong() | 1;
    private final long[] high = new long[SETS * WAYS];
    private final long[] low = new long[SETS * WAYS];
    private final long[] asked = new long[SETS * WAYS];
    /** By a clock that ticks with each question, for many come in one millisecond; 0 for a free place. */
    private final long[] used = new long[SETS * WAYS];
    private final int[] tokens = new int[SETS * WAYS];
    private long questions;

    PeerLimit() {
        // nobody was heard of
    }

    /**
     * Takes one error's worth of tokens, if there is.
     *
     * @param interval milliseconds
     * @param now      milliseconds, from anywhere, at least 0
     */
    boolean allows(long peerHigh, long peerLow, int interval, long now) {
        int at = find(peerHigh, peerLow);
        boolean known = used[at] != 0 && high[at] == peerHigh && low[at] == peerLow;
        long saved = known ? tokens[at] + now - asked[at] : Long.MAX_VALUE;
        int left = (int) Math.min(saved, (long) BURST * interval);
        high[at] = peerHigh;
        low[at] = peerLow;
        asked[at] = now;
        used[at] = ++questions;
        tokens[at] = left >= interval ? left - interval : left;
        return left >= interval;
    }

    /** Its place, or that of the one which was not asked for longest. */
    private int find(long peerHigh, long peerLow) {
        long hash = (peerHigh * 0x9e3779b97f4a7c15L ^ peerLow) * secret;
        int set = (int) ((hash ^ hash >>> 29) * secret >>> 54) * WAYS;
        int oldest = set;
        for (int at = set; at < set + WAYS; at++) {
            if (used[at] != 0 && high[at] == peerHigh && low[at] == peerLow) {
                return at;
            }
            oldest = used[at] < used[oldest] ? at : oldest;
        }
        return oldest;
    }
}
