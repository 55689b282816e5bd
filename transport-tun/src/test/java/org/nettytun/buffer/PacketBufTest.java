package org.nettytun.buffer;

import io.netty.buffer.AbstractByteBufTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.nettytun.stats.Direction;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunStats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

/** Netty's own test of a buffer, on a packet; and what a packet has beyond. */
class PacketBufTest extends AbstractByteBufTest {
    @Override
    protected ByteBuf newBuffer(int length, int maxCapacity) {
        ByteBuf packet = PacketBuf.build(Unpooled.directBuffer(length, maxCapacity), new TunStats());
        assertEquals(0, packet.writerIndex());
        return packet;
    }

    @Test
    void aPacketIsFoundUnderItsViews() {
        PacketBuf packet = PacketBuf.build(Unpooled.directBuffer(64).writeZero(64), new TunStats());
        assertSame(packet, PacketBuf.of(packet));
        assertSame(packet, PacketBuf.of(packet.duplicate().asReadOnly().slice(2, 3)));
        assertNull(PacketBuf.of(Unpooled.EMPTY_BUFFER));
        packet.release();
    }

    @Test
    void aDropIsCountedOnceAndReleased() {
        TunStats stats = new TunStats();
        ByteBuf data = Unpooled.directBuffer(64);
        PacketBuf.build(data, stats).drop(KernelDropReason.IP_CSUM);
        assertEquals(0, data.refCnt());
        assertEquals(1, stats.dropped(Direction.INBOUND, KernelDropReason.IP_CSUM));
        assertEquals(1, stats.dropped(Direction.INBOUND));
    }

    @Test
    void theNormalEndIsNoDrop() {
        TunStats stats = new TunStats();
        PacketBuf.build(Unpooled.directBuffer(64), stats).release();
        assertEquals(0, stats.dropped(Direction.INBOUND));
    }
}
