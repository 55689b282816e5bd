package org.nettytun.examples.tunnel;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SessionTest {
    private final TunnelHeader header = new TunnelHeader().wrap(Unpooled.buffer(16).writeZero(16));

    /** A number is never used twice with one key. */
    @Test
    void afterTheLastNumberComesALaterSession() {
        Session session = new Session(true);
        session.number(header, 1);
        assertEquals(0, header.sequence());
        long epoch = header.epoch();
        session.skipTo(0xffff_ffffL);
        session.number(header, 1);
        assertEquals(0xffff_ffffL, header.sequence());
        assertEquals(epoch, header.epoch());
        session.number(header, 1);
        assertEquals(0, header.sequence());
        assertTrue(Long.compareUnsigned(header.epoch(), epoch) > 0);
    }

    @Test
    void aPlainOneHasNoEpoch() {
        Session session = new Session(false);
        session.number(header, 200);
        assertEquals(TunnelHeader.PLAIN, header.type());
        assertEquals(200, header.flow());
        assertEquals(0, header.epoch());
    }
}
