package org.nettytun.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nettytun.stats.TunStats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What becomes of a debt when a buffer is derived from the packet that has it: each way that Netty knows. */
class PacketMetadataTest {
    private static final int LENGTH = 100;
    private static final int START = 10;

    private final NapiByteBufAllocator slots = new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 1536, 4 << 20);
    private PacketBuf packet;

    @BeforeEach
    void owe() {
        packet = slots.allocate();
        packet.writeZero(START + LENGTH).readerIndex(START);
        packet.metadata().start(START).partialChecksum(20, 16).gso(GsoType.TCP4, true, 60, 40).queue(3);
    }

    @AfterEach
    void release() {
        assertTrue(packet.release());
        assertEquals(0, slots.alive());
    }

    /** What the head that a channel puts around {@code view} owes, relative to its reader index. Releases the view. */
    private static int startOf(ByteBuf view) {
        PacketBuf head = PacketBuf.accept(view, TunStats.ofQueue());
        PacketMetadata metadata = head.metadata();
        assertTrue(metadata.isOwing());
        assertEquals(GsoType.TCP4, metadata.gsoType());
        assertTrue(metadata.ecn());
        assertEquals(60, metadata.gsoSize());
        assertEquals(40, metadata.headerLength());
        assertEquals(20, metadata.checksumStart());
        assertEquals(16, metadata.checksumOffset());
        assertEquals(3, metadata.queue());
        int start = metadata.start() < 0 ? metadata.start() : metadata.start() - head.readerIndex();
        head.release();
        return start;
    }

    private static void atItsStart(ByteBuf view) {
        assertEquals(0, startOf(view));
    }

    @Test
    void whatShowsTheSameStartOwesTheSame() {
        atItsStart(packet.retain());
        atItsStart(packet.retainedDuplicate());
        atItsStart(packet.retainedSlice());
        atItsStart(packet.retainedSlice(START, 50));
        atItsStart(packet.retain().slice(4, 60).skipBytes(START - 4));
        atItsStart(packet.retain().asReadOnly());
        atItsStart(packet.retainedSlice().asReadOnly().duplicate());
        atItsStart(packet.retainedDuplicate().readSlice(70));
        atItsStart(packet.duplicate().readRetainedSlice(70));
        atItsStart(Unpooled.unreleasableBuffer(packet).slice());
        atItsStart(Unpooled.wrappedBuffer(packet.retain()));
        atItsStart(PacketBuf.build(packet.retainedSlice(), new TunStats()));
        atItsStart(packet.copy());
        atItsStart(packet.copy(START, 30));
        atItsStart(packet.copy(0, 90).readerIndex(START));
        atItsStart(packet.duplicate().copy());
        atItsStart(packet.asReadOnly().copy());
    }

    @Test
    void whatShowsOtherBytesStillOwesButElsewhere() {
        assertEquals(-5, startOf(packet.retainedDuplicate().skipBytes(5)));
        assertEquals(5, startOf(packet.retainedDuplicate().readerIndex(START - 5)));
        assertEquals(7, startOf(packet.retainedSlice(3, 60)));
        assertEquals(7, startOf(packet.copy(3, 60)));
        for (ByteBuf without : new ByteBuf[]{packet.retainedSlice(START + 1, 20), packet.retainedSlice(0, START - 1),
            packet.copy(START + 20, 20), packet.copy(0, 4), packet.retain().asReadOnly().slice(START + 20, 5)}) {
            assertEquals(PacketMetadata.ELSEWHERE, startOf(without));
        }
    }

    @Test
    void aPieceOfACompositeOwesElsewhere() {
        ByteBuf outer = Unpooled.directBuffer().writeZero(28);
        assertEquals(PacketMetadata.ELSEWHERE, startOf(Unpooled.wrappedBuffer(outer, packet.retainedSlice())));
        CompositeByteBuf nested = Unpooled.compositeBuffer()
                .addComponent(true, Unpooled.compositeBuffer().addComponent(true, packet.retainedSlice()))
                .addComponent(true, Unpooled.directBuffer().writeZero(2));
        assertEquals(PacketMetadata.ELSEWHERE, startOf(nested.slice(0, 4)));
    }

    @Test
    void anOuterHeaderMovesTheStart() {
        packet.push(30);
        assertEquals(30, packet.metadata().start() - packet.readerIndex());
        assertEquals(30, startOf(packet.retainedSlice()));
        atItsStart(packet.retainedSlice(packet.readerIndex() + 30, 60));
        packet.skipBytes(30);
        atItsStart(packet.retain());
    }

    @Test
    void whatOwesNothingLeavesNothingBehind() {
        packet.metadata().clear();
        ByteBuf copy = packet.copy();
        assertFalse(copy instanceof PacketBuf head && head.metadata().isOwing());
        copy.release();
        PacketBuf head = PacketBuf.accept(packet.retainedDuplicate(), TunStats.ofQueue());
        assertFalse(head.metadata().isOwing());
        head.release();
    }

    @Test
    void aFreshLifeOwesNothing() {
        ByteBuf copy = packet.copy();
        assertInstanceOf(PacketBuf.class, copy);
        copy.release();
        assertTrue(packet.release());
        for (int i = 0; i < 300; i++) {
            packet = slots.allocate();
            assertFalse(packet.metadata().isOwing());
            assertEquals(0, packet.metadata().queue() + packet.metadata().gsoSize());
            assertTrue(i == 299 || packet.release());
        }
    }
}
