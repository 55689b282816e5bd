package org.nettytun.forward;

import org.nettytun.packet.IcmpHeader;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Which ICMP errors may be sent now, with the kernel's rules and defaults. Shared by all queues of a router; any
 * thread. Echo replies, "packet too big" and "fragmentation needed" are never limited.
 */
public final class IcmpLimits {
    /** Source: {@code net.ipv4.icmp_msgs_per_sec}, both families together. */
    public static final int DEFAULT_PER_SECOND = 1000;

    private static final int BURST = 50;
    private static final int INTERVAL_V4 = 1000;
    private static final int INTERVAL_V6 = 100;

    private final LongSupplier nanoTime;
    private final GlobalLimit all;
    private final PeerLimit peers4 = new PeerLimit();
    private final PeerLimit peers6 = new PeerLimit();
    private final long start;
    private final LongAdder sent = new LongAdder();
    private final LongAdder suppressed = new LongAdder();

    /** @param perSecond errors a second in all; 0 for no limits at all, those of single destinations included */
    public IcmpLimits(int perSecond) {
        this(perSecond, System::nanoTime);
    }

    IcmpLimits(int perSecond, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        this.all = perSecond == 0 ? null : new GlobalLimit(perSecond, Math.min(BURST, perSecond), 0);
    }

    /** Errors sent. */
    public LongAdder sent() {
        return sent;
    }

    /** Errors that a limit, a full queue or a lack of memory held back. */
    public LongAdder suppressed() {
        return suppressed;
    }

    void count(boolean wasSent) {
        (wasSent ? sent : suppressed).increment();
    }

    boolean allowsV4(IcmpError error, int peer) {
        return error == IcmpError.TOO_BIG || allows(peers4, 0, peer, INTERVAL_V4);
    }

    boolean allowsV6(IcmpError error, long peerHigh, long peerLow) {
        return error.typeV6 == IcmpHeader.TOO_BIG_V6 || allows(peers6, peerHigh, peerLow, INTERVAL_V6);
    }

    private synchronized boolean allows(PeerLimit peers, long high, long low, int interval) {
        if (all == null) {
            return true;
        }
        long now = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - start);
        if (!all.allows(now) || !peers.allows(high, low, interval, now)) {
            return false;
        }
        all.consume();
        return true;
    }
}
