package org.nettytun.offload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.stats.Direction;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

class GsoSplitterTest {
    private final TunStats stats = TunStats.ofQueue();
    private final NapiByteBufAllocator slots = new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 1536, 1 << 20);

    private EmbeddedChannel channel(NapiByteBufAllocator from) {
        EmbeddedChannel channel = new EmbeddedChannel(new GsoSplitter());
        channel.config().setAllocator(from);
        return channel;
    }

    private void expect(EmbeddedChannel channel, List<byte[]> segments) {
        for (byte[] expected : segments) {
            PacketBuf segment = channel.readInbound();
            assertArrayEquals(expected, Segments.bytes(segment));
            assertFalse(segment.metadata().isOwing());
            assertSame(stats, segment.origin());
            assertTrue(segment.release());
        }
        assertNull(channel.readInbound());
    }

    @Test
    void handlersBehindItSeeOrdinaryPackets() {
        EmbeddedChannel channel = channel(slots);
        for (int payload : new int[]{100, 1000, 1001, 30_000, 64_000}) {
            PacketBuf whole = Partial.superPacket(new Segments(true, true), payload, 1000).readFrom(stats);
            List<byte[]> segments = SuperPackets.split(whole);
            channel.writeInbound(whole);
            assertEquals(0, whole.refCnt());
            expect(channel, segments);
        }
        assertEquals(5, stats.packets(Term.SPLIT));
        assertEquals(1 + 1 + 2 + 30 + 64, stats.packets(Term.SEGMENTS));
        assertEquals(stats.bytes(Term.SPLIT) + (98 - 5) * 60, stats.bytes(Term.SEGMENTS));
        assertEquals(0, stats.dropped(Direction.INBOUND));
        assertFalse(channel.finish());
    }

    @Test
    void whatOwesNothingPassesAsItIs() {
        EmbeddedChannel channel = channel(slots);
        PacketBuf plain = Segments.packet(new Segments(false, true).next(10));
        channel.writeInbound(plain, "something else");
        assertSame(plain, channel.readInbound());
        assertEquals("something else", channel.readInbound());
        plain.release();
    }

    @Test
    void aPartialChecksumIsFinishedInPlace() {
        EmbeddedChannel channel = channel(slots);
        PacketBuf partial = Partial.packet(new Segments(false, true), 100);
        channel.writeInbound(partial);
        assertSame(partial, channel.readInbound());
        assertArrayEquals(new Segments(false, true).next(100), Segments.bytes(partial));
        assertTrue(partial.release());
    }

    @Test
    void whoSharesAPartialPacketDoesNotSeeItChange() {
        EmbeddedChannel channel = channel(slots);
        PacketBuf partial = Partial.packet(new Segments(false, true), 100).readFrom(stats);
        byte[] before = Segments.bytes(partial);
        ByteBuf kept = partial.retainedDuplicate();
        channel.writeInbound(partial);
        expect(channel, List.of(new Segments(false, true).next(100)));
        assertArrayEquals(before, Segments.bytes(kept));
        assertTrue(kept.release());
    }

    @Test
    void whoKeepsTheMemoryOfAPartialPacketDoesNotSeeItChange() {
        ByteBuf kept = Unpooled.copiedBuffer(new Segments(false, true).next(100));
        PacketMetadata owed = Partial.make(kept);
        byte[] before = ByteBufUtil.getBytes(kept);
        PacketBuf partial = PacketBuf.build(kept.retain(), stats);
        partial.metadata().set(owed);
        EmbeddedChannel channel = channel(slots);
        channel.writeInbound(partial);
        expect(channel, List.of(new Segments(false, true).next(100)));
        assertArrayEquals(before, ByteBufUtil.getBytes(kept));
        assertTrue(kept.release());
    }

    @Test
    void malformedPacketsAreDroppedWithTheirReason() {
        EmbeddedChannel channel = channel(slots);
        PacketBuf wrongType = Partial.superPacket(new Segments(false, true), 3000, 1000).readFrom(stats);
        wrongType.metadata().gso(GsoType.UDP_L4, false, 1000, 40);
        PacketBuf outside = Partial.packet(new Segments(false, true), 100).readFrom(stats);
        outside.metadata().partialChecksum(20, 2000);
        PacketBuf cut = Partial.superPacket(new Segments(false, true), 3000, 1000).readFrom(stats);
        cut.writerIndex(39);
        channel.writeInbound(wrongType, outside, cut);
        assertNull(channel.readInbound());
        assertEquals(1, stats.dropped(Direction.INBOUND, KernelDropReason.SKB_BAD_GSO));
        assertEquals(1, stats.dropped(Direction.INBOUND, KernelDropReason.DEV_HDR));
        assertEquals(1, stats.dropped(Direction.INBOUND, KernelDropReason.PKT_TOO_SMALL));
        assertEquals(0, wrongType.refCnt() + outside.refCnt() + cut.refCnt());
    }

    @Test
    void segmentsForWhichThereIsNoMemoryAreDroppedAndCounted() {
        NapiByteBufAllocator few = new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 1536, 140_000);
        PacketBuf[] all = new PacketBuf[200];
        int left = few.allocateBulk(all, 200);
        for (int i = 0; i < 10; i++) {
            all[--left].release();
        }
        EmbeddedChannel channel = channel(few);
        PacketBuf whole = Partial.superPacket(new Segments(false, true), 30_000, 1000).readFrom(stats);
        List<byte[]> segments = SuperPackets.split(whole);
        channel.writeInbound(whole);
        expect(channel, segments.subList(0, 10));
        assertEquals(20, stats.dropped(Direction.INBOUND, KernelDropReason.NOMEM));
        assertEquals(20 * 1040, stats.droppedBytes(Direction.INBOUND, KernelDropReason.NOMEM));
        assertEquals(10, stats.packets(Term.SEGMENTS));
        for (int i = 0; i < left; i++) {
            all[i].release();
        }
    }

    @Test
    void segmentsLongerThanASlotComeFromTheChannelsAllocator() {
        EmbeddedChannel channel = channel(slots);
        PacketBuf whole = Partial.superPacket(new Segments(false, false), 50_000, 8000).readFrom(stats);
        List<byte[]> segments = SuperPackets.split(whole);
        channel.writeInbound(whole);
        expect(channel, segments);
    }

    @Test
    void aHandlerMayMakeItSplitAgainBeforeItReturns() {
        EmbeddedChannel channel = channel(slots);
        PacketBuf first = Partial.superPacket(new Segments(false, false), 3000, 1000).readFrom(stats);
        PacketBuf second = Partial.superPacket(new Segments(true, true), 2000, 1000).readFrom(stats);
        List<byte[]> outer = SuperPackets.split(first);
        List<byte[]> inner = SuperPackets.split(second);
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            private PacketBuf waiting = second;

            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                context.fireChannelRead(message);
                if (waiting != null) {
                    PacketBuf now = waiting;
                    waiting = null;
                    context.pipeline().fireChannelRead(now);
                }
            }
        });
        channel.writeInbound(first);
        expect(channel, List.of(outer.get(0), inner.get(0), inner.get(1), outer.get(1), outer.get(2)));
    }
}
