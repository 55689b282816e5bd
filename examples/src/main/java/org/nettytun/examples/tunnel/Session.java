package org.nettytun.examples.tunnel;

import java.security.SecureRandom;

/** Numbers what we send. Belongs to the tunnel's event loop. */
final class Session {
    private static final int SESSION_BITS = 16;
    private static final int RANDOM_BITS = 22;
    private static final long LAST = 0xffff_ffffL;

    private final SecureRandom random = new SecureRandom();
    private final boolean sealed;
    private int id;
    private long epoch;
    private long next;

    Session(boolean sealed) {
        this.sealed = sealed;
        begin();
    }

    /**
     * A key of its own, for a number must not be used twice with one. Milliseconds since 1970, so that a later life of
     * this host is known as later: 42 bits are enough until 2109. The random bits keep two lives in one millisecond,
     * or under a clock that was set back, from having the same key.
     */
    private void begin() {
        id = random.nextInt(1 << SESSION_BITS);
        long now = System.currentTimeMillis() << RANDOM_BITS | random.nextInt(1 << RANDOM_BITS);
        epoch = sealed ? Math.max(now, epoch + 1) : 0;
        next = 0;
    }

    /** Writes the header of the next datagram. */
    void number(TunnelHeader header, int flow) {
        if (next > LAST) {
            begin();
        }
        header.write(sealed, flow, id, (int) next++, epoch);
    }

    /** For tests: how many of this session's numbers are used up. */
    void skipTo(long sequence) {
        next = sequence;
    }
}
