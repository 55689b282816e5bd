package org.nettytun.examples.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.nettytun.stats.DropReason;

import static org.junit.jupiter.api.Assertions.assertEquals;

class TunnelHeaderTest {
    private static final String PLAIN = "910203040506070855";
    private static final String SEALED = "92a2a3a4f5a6a7a8f9aaabacadaeafb055";

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
    }

    @Test
    void reads() {
        TunnelHeader plain = new TunnelHeader().wrap(bytes(PLAIN));
        assertEquals(DropReason.NONE, plain.check(false));
        assertEquals(2, plain.flow());
        assertEquals(0x0304, plain.session());
        assertEquals(0x05060708, plain.sequence());
        assertEquals(0, plain.epoch());
        TunnelHeader sealed = new TunnelHeader().wrap(bytes("00" + SEALED).skipBytes(1));
        assertEquals(DropReason.NONE, sealed.check(true));
        assertEquals(0xa2, sealed.flow());
        assertEquals(0xa3a4, sealed.session());
        assertEquals(0xf5a6a7a8L, sealed.sequence());
        assertEquals(0xf9aaabacadaeafb0L, sealed.epoch());
    }

    @Test
    void writes() {
        ByteBuf buf = bytes("a5".repeat(8) + "55");
        new TunnelHeader().wrap(buf).write(false, 2, 0x0304, 0x05060708, 0);
        assertEquals(PLAIN, ByteBufUtil.hexDump(buf));
        buf = bytes("a5".repeat(16) + "55");
        new TunnelHeader().wrap(buf).write(true, 0xa2, 0xa3a4, 0xf5a6a7a8, 0xf9aaabacadaeafb0L);
        assertEquals(SEALED, ByteBufUtil.hexDump(buf));
    }

    @Test
    void aHeaderThatIsCutOrOfTheOtherTypeIsBad() {
        for (boolean sealed : new boolean[] {false, true}) {
            ByteBuf whole = bytes(sealed ? SEALED : PLAIN);
            for (int length = 0; length <= whole.capacity(); length++) {
                TunnelHeader header = new TunnelHeader().wrap(whole.writerIndex(length));
                assertEquals(length < TunnelHeader.length(sealed) ? TunnelDropReason.BAD_HEADER : DropReason.NONE,
                        header.check(sealed), "cut at " + length);
                assertEquals(TunnelDropReason.BAD_HEADER, header.check(!sealed), "cut at " + length);
            }
        }
    }
}
