package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nettytun.stats.Direction;
import org.nettytun.stats.KernelDropReason;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Netty's contract of a channel, on a pair. */
class TunChannelTest extends PairTest {
    /** Every way in which a packet may lie in memory. */
    enum Kind {
        DIRECT, HEAP, COMPOSITE_DIRECT, COMPOSITE_MIXED, READ_ONLY, READ_ONLY_HEAP, SLICE, UNPOOLED_NIO;

        ByteBuf of(byte[] bytes) {
            ByteBufAllocator pool = ByteBufAllocator.DEFAULT;
            return switch (this) {
                case DIRECT -> pool.directBuffer().writeBytes(bytes);
                case HEAP -> pool.heapBuffer().writeBytes(bytes);
                case COMPOSITE_DIRECT -> halves(pool.directBuffer(), pool.directBuffer(), bytes);
                case COMPOSITE_MIXED -> halves(pool.directBuffer(), pool.heapBuffer(), bytes);
                case READ_ONLY -> pool.directBuffer().writeBytes(bytes).asReadOnly();
                case READ_ONLY_HEAP -> Unpooled.wrappedBuffer(bytes).asReadOnly();
                case SLICE -> pool.directBuffer().writeZero(7).writeBytes(bytes).writeZero(3).skipBytes(7)
                        .readSlice(bytes.length);
                case UNPOOLED_NIO -> Unpooled.wrappedBuffer(
                        ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().asReadOnlyBuffer());
            };
        }

        private static ByteBuf halves(ByteBuf first, ByteBuf second, byte[] bytes) {
            int half = bytes.length / 2;
            CompositeByteBuf both = ByteBufAllocator.DEFAULT.compositeBuffer();
            both.addComponent(true, first.writeBytes(bytes, 0, half));
            both.addComponent(true, second.writeBytes(bytes, half, bytes.length - half));
            return both;
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfBufferArrivesWhole(Kind kind) throws Exception {
        Recorder recorder = new Recorder();
        bind(pair.second(), recorder);
        TunChannel sender = bind(pair.first(), new Recorder());
        byte[] bytes = Packets.ipv4(777, 5);
        ByteBuf packet = kind.of(bytes);

        sender.writeAndFlush(packet).sync();

        assertArrayEquals(bytes, recorder.awaitPacket());
        assertEquals(0, packet.refCnt());
        assertEquals(1, sender.stats().packets(Direction.OUTBOUND));
        assertEquals(777, sender.stats().bytes(Direction.OUTBOUND));
    }

    @Test
    void anEmptyPacketIsRefusedWithoutAskingTheKernel() throws Exception {
        TunChannel sender = bind(pair.first(), new Recorder());
        ChannelFuture write = sender.writeAndFlush(Unpooled.EMPTY_BUFFER).await();

        PacketRefusedException refusal = assertInstanceOf(PacketRefusedException.class, write.cause());
        assertEquals(KernelDropReason.PKT_TOO_SMALL, refusal.reason());
        assertEquals(0, refusal.getStackTrace().length);
        assertEquals(1, sender.stats().dropped(Direction.OUTBOUND, KernelDropReason.PKT_TOO_SMALL));
        assertTrue(sender.isActive());
    }

    @Test
    void somethingElseThanAPacketIsRefusedAndReleased() throws Exception {
        TunChannel sender = bind(pair.first(), new Recorder());
        ChannelFuture write = sender.writeAndFlush("ping").await();

        assertInstanceOf(UnsupportedOperationException.class, write.cause());
        assertTrue(write.cause().getMessage().contains("String"), write.cause().getMessage());
    }

    @Test
    void aBatchEndsWithOneReadComplete() throws Exception {
        Recorder recorder = new Recorder();
        TunChannel receiver = (TunChannel) bootstrap(recorder).option(ChannelOption.AUTO_READ, false)
                .bind(pair.second()).sync().channel();
        TunChannel sender = bind(pair.first(), new Recorder());
        for (int i = 0; i < 10; i++) {
            sender.write(Unpooled.wrappedBuffer(Packets.ipv4(100, i)));
        }
        sender.flush();
        sender.eventLoop().submit(() -> { }).sync();

        receiver.config().setAutoRead(true);
        for (int i = 0; i < 10; i++) {
            assertEquals(i, Packets.number(recorder.awaitPacket()));
        }
        receiver.eventLoop().submit(() -> { }).sync();
        assertEquals(1, recorder.readCompletes.get());
    }

    @Test
    @SuppressWarnings("deprecation") // Netty's own way to say it
    void maxMessagesPerReadBoundsABatch() throws Exception {
        Recorder recorder = new Recorder();
        TunChannel receiver = (TunChannel) bootstrap(recorder).option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.MAX_MESSAGES_PER_READ, 2).bind(pair.second()).sync().channel();
        TunChannel sender = bind(pair.first(), new Recorder());
        for (int i = 0; i < 6; i++) {
            sender.write(Unpooled.wrappedBuffer(Packets.ipv4(100, i)));
        }
        sender.flush();
        sender.eventLoop().submit(() -> { }).sync();

        receiver.config().setAutoRead(true);
        for (int i = 0; i < 6; i++) {
            recorder.awaitPacket();
        }
        receiver.eventLoop().submit(() -> { }).sync();
        assertEquals(3, recorder.readCompletes.get());
    }

    /** 128 KiB, and the packet with which they are full. */
    @Test
    void bytesBoundABatchOfLongPackets() throws Exception {
        Recorder recorder = new Recorder();
        TunChannel receiver = (TunChannel) bootstrap(recorder).option(ChannelOption.AUTO_READ, false)
                .bind(pair.second()).sync().channel();
        TunChannel sender = bind(pair.first(), new Recorder());
        for (int i = 0; i < 6; i++) {
            sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(30_000, i))).sync();
        }

        receiver.config().setAutoRead(true);
        for (int i = 0; i < 6; i++) {
            assertEquals(i, Packets.number(recorder.awaitPacket()));
        }
        receiver.eventLoop().submit(() -> { }).sync();
        assertEquals(2, recorder.readCompletes.get());
    }

    @Test
    void withAutoReadOffEachReadBringsOnePacket() throws Exception {
        Recorder recorder = new Recorder();
        TunChannel receiver = (TunChannel) bootstrap(recorder).option(ChannelOption.AUTO_READ, false)
                .bind(pair.second()).sync().channel();
        TunChannel sender = bind(pair.first(), new Recorder());
        sender.write(Unpooled.wrappedBuffer(Packets.ipv4(100, 1)));
        sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, 2))).sync();

        assertNull(recorder.packets.poll(200, TimeUnit.MILLISECONDS));
        receiver.read();
        assertEquals(1, Packets.number(recorder.awaitPacket()));
        assertNull(recorder.packets.poll(200, TimeUnit.MILLISECONDS));
        receiver.read();
        assertEquals(2, Packets.number(recorder.awaitPacket()));
    }

    @Test
    void autoReadOffInsideABatchStopsIt() throws Exception {
        Recorder recorder = new Recorder((context, packet) -> context.channel().config().setAutoRead(false));
        TunChannel receiver = bind(pair.second(), recorder);
        TunChannel sender = bind(pair.first(), new Recorder());
        for (int i = 0; i < 5; i++) {
            sender.write(Unpooled.wrappedBuffer(Packets.ipv4(100, i)));
        }
        sender.flush();

        recorder.awaitPacket();
        assertNull(recorder.packets.poll(200, TimeUnit.MILLISECONDS));
        assertEquals(1, receiver.stats().packets(Direction.INBOUND));
        receiver.config().setAutoRead(true);
        assertEquals(1, Packets.number(recorder.awaitPacket()));
    }

    @Test
    void closeInsideABatchDeliversNoMore() throws Exception {
        Recorder recorder = new Recorder((context, packet) -> context.close());
        TunChannel receiver = bind(pair.second(), recorder);
        TunChannel sender = bind(pair.first(), new Recorder());
        for (int i = 0; i < 5; i++) {
            sender.write(Unpooled.wrappedBuffer(Packets.ipv4(100, i)));
        }
        sender.flush();

        assertTrue(receiver.closeFuture().await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertTrue(recorder.inactive.await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(1, recorder.packets.size());
        assertFalse(receiver.fd().isOpen());
    }

    @Test
    void deregisteredInsideABatchAnotherLoopGoesOn() throws Exception {
        List<Thread> threads = new ArrayList<>();
        Recorder recorder = new Recorder((context, packet) -> {
            threads.add(Thread.currentThread());
            if (threads.size() == 1) {
                context.deregister();
            }
        });
        TunChannel receiver = bind(pair.second(), recorder);
        TunChannel sender = bind(pair.first(), new Recorder());
        for (int i = 0; i < 3; i++) {
            sender.write(Unpooled.wrappedBuffer(Packets.ipv4(100, i)));
        }
        sender.flush();
        recorder.awaitPacket();
        receiver.eventLoop().submit(() -> { }).sync();
        receiver.eventLoop().submit(() -> { }).sync();
        assertFalse(receiver.isRegistered());

        other.register(receiver).sync();
        for (int i = 1; i < 3; i++) {
            assertEquals(i, Packets.number(recorder.awaitPacket()));
        }
        sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, 3)));
        assertEquals(3, Packets.number(recorder.awaitPacket()));
        assertTrue(threads.get(0) != threads.get(threads.size() - 1), "the same thread");
    }

    @Test
    void writeAndFlushInsideABatchAnswers() throws Exception {
        bind(pair.second(), new Recorder((context, packet) -> context.writeAndFlush(packet.retainedDuplicate())));
        Recorder recorder = new Recorder();
        TunChannel sender = bind(pair.first(), recorder);
        for (int i = 0; i < 100; i++) {
            sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, i)));
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(i, Packets.number(recorder.awaitPacket()));
        }
    }

    @Test
    void closeFromAnyThreadFailsWhatWaits() throws Exception {
        bootstrap(new Recorder()).option(ChannelOption.AUTO_READ, false).bind(pair.second()).sync();
        TunChannel sender = bind(pair.first(), new Recorder());
        ChannelFuture last = fill(sender);

        sender.close().sync();
        assertInstanceOf(ClosedChannelException.class, last.await().cause());
    }

    /** Writes until the peer, who does not read, takes no more. */
    private static ChannelFuture fill(TunChannel sender) throws InterruptedException {
        ChannelFuture last = null;
        for (int i = 0; i < 5_000; i++) {
            last = sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(1000, i)));
        }
        sender.eventLoop().submit(() -> { }).sync();
        assertFalse(last.isDone());
        return last;
    }

    @Test
    void whatDoesNotFitWaitsAndNothingIsLost() throws Exception {
        Recorder recorder = new Recorder();
        TunChannel receiver = (TunChannel) bootstrap(recorder).option(ChannelOption.AUTO_READ, false)
                .bind(pair.second()).sync().channel();
        TunChannel sender = bind(pair.first(), new Recorder());
        ChannelFuture last = fill(sender);

        receiver.config().setAutoRead(true);
        last.sync();
        for (int i = 0; i < 5_000; i++) {
            assertEquals(i, Packets.number(recorder.awaitPacket()));
        }
    }

    @Test
    void watermarksTellOfAFullPeer() throws Exception {
        TunChannel receiver = (TunChannel) bootstrap(new Recorder()).option(ChannelOption.AUTO_READ, false)
                .bind(pair.second()).sync().channel();
        TunChannel sender = (TunChannel) bootstrap(new ChannelInboundHandlerAdapter())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(10_000, 20_000))
                .bind(pair.first()).sync().channel();
        assertTrue(sender.isWritable());
        ChannelFuture last = fill(sender);
        assertFalse(sender.isWritable());

        receiver.config().setAutoRead(true);
        last.sync();
        assertTrue(sender.isWritable());
    }

    @Test
    void maxMessagesPerWriteOnlyPauses() throws Exception {
        Recorder recorder = new Recorder();
        bind(pair.second(), recorder);
        TunChannel sender = (TunChannel) bootstrap(new Recorder()).option(ChannelOption.MAX_MESSAGES_PER_WRITE, 3)
                .bind(pair.first()).sync().channel();
        for (int i = 0; i < 20; i++) {
            sender.write(Unpooled.wrappedBuffer(Packets.ipv4(100, i)));
        }
        sender.flush();
        for (int i = 0; i < 20; i++) {
            assertEquals(i, Packets.number(recorder.awaitPacket()));
        }
    }

    @Test
    void aPeerThatClosesIsGoneAfterItsPacketsAreRead() throws Exception {
        Recorder recorder = new Recorder();
        TunChannel receiver = (TunChannel) bootstrap(recorder).option(ChannelOption.AUTO_READ, false)
                .bind(pair.second()).sync().channel();
        TunChannel sender = bind(pair.first(), new Recorder());
        receiver.config().setAutoRead(true);
        sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, 1))).sync();
        sender.close().sync();

        recorder.awaitPacket();
        recorder.awaitFailure(TunGoneException.class);
        assertTrue(receiver.closeFuture().await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertTrue(recorder.failures.isEmpty(), recorder.failures::toString);
    }

    @Test
    void aPeerThatClosesIsNoticedWhileNobodyReads() throws Exception {
        Recorder recorder = new Recorder();
        TunChannel receiver = (TunChannel) bootstrap(recorder).option(ChannelOption.AUTO_READ, false)
                .bind(pair.second()).sync().channel();
        bind(pair.first(), new Recorder()).close().sync();

        recorder.awaitFailure(TunGoneException.class);
        assertTrue(receiver.closeFuture().await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void bothLoopsOfTheGroupAreUsed() {
        TunChannel first = bind(pair.first(), new Recorder());
        TunChannel second = bind(pair.second(), new Recorder());
        assertTrue(first.eventLoop() != second.eventLoop());
        assertSame(group, first.eventLoop().parent());
    }
}
