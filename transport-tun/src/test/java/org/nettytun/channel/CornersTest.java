package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import org.junit.jupiter.api.Test;
import org.nettytun.stats.Direction;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Where contracts meet, on a pair. */
class CornersTest extends PairTest {
    private final Recorder recorder = new Recorder();

    private static void sendFive(TunChannel sender) throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, i))).sync();
        }
    }

    @Test
    void aPacketThatSaysItIsShorterThanItIsIsStillCut() throws Exception {
        TunChannel receiver = (TunChannel) bootstrap(recorder).option(TunChannelOption.TUN_MTU, 1500)
                .bind(pair.second()).sync().channel();
        TunChannel sender = bind(pair.first(), new Recorder());
        ByteBuf lying = Unpooled.wrappedBuffer(Packets.ipv4(3000, 1)).setShort(2, 100);
        sender.write(lying);
        sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(1500, 2))).sync();
        assertEquals(2, Packets.number(recorder.awaitPacket()));
        assertEquals(1, receiver.stats().dropped(Direction.INBOUND, TunDropReason.PKT_TRUNCATED));
    }

    @Test
    void whatAPeerSentBeforeItClosedIsDeliveredAsSomebodyReads() throws Exception {
        TunChannel receiver = (TunChannel) bootstrap(recorder).option(ChannelOption.AUTO_READ, false)
                .bind(pair.second()).sync().channel();
        TunChannel sender = bind(pair.first(), new Recorder());
        sendFive(sender);
        sender.close().sync();
        assertNull(recorder.packets.poll(200, TimeUnit.MILLISECONDS));
        for (int i = 0; i < 4; i++) {
            receiver.read();
            assertEquals(i, Packets.number(recorder.awaitPacket()));
            assertNull(recorder.packets.poll(20, TimeUnit.MILLISECONDS));
            assertTrue(receiver.isActive());
        }
        receiver.read();
        assertEquals(4, Packets.number(recorder.awaitPacket()));
        recorder.awaitFailure(TunGoneException.class);
        assertTrue(receiver.closeFuture().await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertTrue(recorder.failures.isEmpty(), recorder.failures::toString);
    }

    @Test
    void aPeerThatHasGoneDoesNotKeepTheLoopBusyWhileNobodyReads() throws Exception {
        List<TunIoHandler> loops = new ArrayList<>();
        IoHandlerFactory factory = TunIoHandler.newFactory();
        EventLoopGroup single = new MultiThreadIoEventLoopGroup(1, executor -> {
            TunIoHandler loop = (TunIoHandler) factory.newHandler(executor);
            loops.add(loop);
            return loop;
        });
        try {
            TunChannel receiver = (TunChannel) bootstrap(recorder).clone(single).option(ChannelOption.AUTO_READ, false)
                    .bind(pair.second()).sync().channel();
            TunChannel sender = bind(pair.first(), new Recorder());
            sendFive(sender);
            sender.close().sync();
            receiver.eventLoop().submit(() -> { }).sync();
            long before = loops.get(0).passes();
            assertNull(recorder.packets.poll(200, TimeUnit.MILLISECONDS));
            long passes = loops.get(0).passes() - before;
            assertTrue(passes < 20, () -> passes + " passes of the loop in 200 ms");
            receiver.deregister().sync();
            other.register(receiver).sync();
            assertNull(recorder.packets.poll(100, TimeUnit.MILLISECONDS));
            receiver.config().setAutoRead(true);
            for (int i = 0; i < 5; i++) {
                assertEquals(i, Packets.number(recorder.awaitPacket()));
            }
            recorder.awaitFailure(TunGoneException.class);
        } finally {
            single.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    void writesToAPeerThatHasGoneFailOneByOneWhileItsPacketsWait() throws Exception {
        TunChannel sender = (TunChannel) bootstrap(new Recorder()).option(ChannelOption.AUTO_READ, false)
                .bind(pair.first()).sync().channel();
        TunChannel full = (TunChannel) bootstrap(recorder).option(ChannelOption.AUTO_READ, false)
                .bind(pair.second()).sync().channel();
        sendFive(sender);
        List<ChannelFuture> waiting = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            waiting.add(full.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(1000, i))));
        }
        full.eventLoop().submit(() -> { }).sync();
        assertFalse(waiting.get(waiting.size() - 1).isDone(), "the peer does not read, so some must wait");
        sender.close().sync();

        assertInstanceOf(PacketRefusedException.class, waiting.get(waiting.size() - 1).await().cause());
        assertInstanceOf(PacketRefusedException.class,
                full.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, 1))).await().cause());
        assertTrue(full.isActive());
        full.config().setAutoRead(true);
        for (int i = 0; i < 5; i++) {
            assertEquals(i, Packets.number(recorder.awaitPacket()));
        }
        recorder.awaitFailure(TunGoneException.class);
    }

    @Test
    void autoReadSwitchedOffBetweenTwoLoopsIsOff() throws Exception {
        TunChannel receiver = bind(pair.second(), recorder);
        receiver.deregister().sync();
        receiver.config().setAutoRead(false);
        sendFive(bind(pair.first(), new Recorder()));
        other.register(receiver).sync();
        assertNull(recorder.packets.poll(200, TimeUnit.MILLISECONDS));
        receiver.config().setAutoRead(true);
        for (int i = 0; i < 5; i++) {
            assertEquals(i, Packets.number(recorder.awaitPacket()));
        }
    }

    @Test
    void aBacklogMovesWithItsChannel() throws Exception {
        bind(pair.second(), recorder);
        TunChannel sender = (TunChannel) bootstrap(new Recorder()).option(ChannelOption.MAX_MESSAGES_PER_WRITE, 2)
                .bind(pair.first()).sync().channel();
        int packets = 2_000;
        for (int i = 0; i < packets; i++) {
            sender.write(Unpooled.wrappedBuffer(Packets.ipv4(100, i)), sender.voidPromise());
        }
        sender.flush();
        sender.deregister().sync();
        other.register(sender).sync();
        for (int i = 0; i < packets; i++) {
            assertEquals(i, Packets.number(recorder.awaitPacket()));
        }
    }

    @Test
    void aWriterWithoutEndLeavesTheLoopToOthers() throws Exception {
        bind(pair.second(), recorder);
        TunChannel sender = bind(pair.first(), new Recorder());
        AtomicBoolean stop = new AtomicBoolean();
        again(sender, stop);
        sender.eventLoop().submit(() -> { }).get(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS);
        stop.set(true);
    }

    private static void again(TunChannel sender, AtomicBoolean stop) {
        ChannelFuture write = sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, 1)));
        write.addListener(done -> {
            if (!stop.get() && done.isSuccess()) {
                again(sender, stop);
            }
        });
    }

    @Test
    void aPeerThatClosesWithoutReadingLosesNothingOfWhatItSent() throws Exception {
        Recorder recorder = new Recorder();
        TunChannel receiver = (TunChannel) bootstrap(recorder).option(ChannelOption.AUTO_READ, false)
                .bind(pair.second()).sync().channel();
        TunChannel sender = (TunChannel) bootstrap(new Recorder()).option(ChannelOption.AUTO_READ, false)
                .bind(pair.first()).sync().channel();
        for (int i = 0; i < 10; i++) {
            sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, i))).sync();
        }
        receiver.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, 99))).sync();
        sender.close().sync(); // with a packet unread, so that the receiver hears ECONNRESET
        receiver.config().setAutoRead(true);
        for (int i = 0; i < 10; i++) {
            assertEquals(i, Packets.number(recorder.awaitPacket()));
        }
        assertTrue(receiver.closeFuture().await(10, TimeUnit.SECONDS));
        recorder.awaitFailure(TunGoneException.class);
    }

    @Test
    void aWriteToAPeerThatHasGoneClosesWithItsCause() throws Exception {
        TunPair own = open();
        Recorder recorder = new Recorder();
        TunChannel sender = (TunChannel) bootstrap(recorder).option(ChannelOption.AUTO_READ, false)
                .bind(own.first()).sync().channel();
        TunChannel peer = bind(own.second(), new Recorder());
        ChannelFuture late = sender.eventLoop().submit(() -> {
            peer.close().awaitUninterruptibly(); // on another loop, so that the write is the first to notice: EPIPE
            return sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, 1)));
        }).sync().getNow();
        assertNotNull(late.await().cause());
        assertTrue(sender.closeFuture().await(10, TimeUnit.SECONDS));
        assertTrue(recorder.awaitFailure(TunGoneException.class).getMessage().contains("EPIPE"));
    }

    @Test
    void anAllocatorWhoseReplacementFailsDropsThatPacketAlone() throws Exception {
        Recorder recorder = new Recorder();
        TunChannel receiver = (TunChannel) bootstrap(recorder)
                .option(ChannelOption.ALLOCATOR, new PooledByteBufAllocator(true) {
                    @Override
                    public ByteBuf ioBuffer(int capacity) {
                        return super.heapBuffer(capacity);
                    }

                    @Override
                    public ByteBuf directBuffer(int capacity) {
                        throw new OutOfMemoryError("planted");
                    }
                }).bind(pair.second()).sync().channel();
        TunChannel sender = bind(pair.first(), new Recorder());
        for (int i = 0; i < 3; i++) {
            sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, i))).sync();
            recorder.awaitFailure(OutOfMemoryError.class);
        }
        receiver.eventLoop().submit(() -> { }).sync();
        assertEquals(3, receiver.stats().dropped(Direction.INBOUND, KernelDropReason.NOMEM));
        assertTrue(recorder.failures.isEmpty(), recorder.failures::toString);
    }

    @Test
    @SuppressWarnings("deprecation") // Netty has deprecated the option, and offers no other
    void whoClosesWhenToldOfAShortGuessIsNotReadFor() throws Exception {
        Recorder recorder = new Recorder() {
            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                failures.add(cause);
                context.close();
            }
        };
        TunChannel receiver = (TunChannel) bootstrap(recorder).option(TunChannelOption.TUN_MTU, 1500)
                .option(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(1500))
                .option(ChannelOption.ALLOCATOR, new PooledByteBufAllocator(true) {
                    @Override
                    public ByteBuf ioBuffer(int capacity) {
                        return super.directBuffer(100, 100);
                    }
                }).bind(pair.second()).sync().channel();
        bind(pair.first(), new Recorder()).writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(200, 5))).sync();
        assertTrue(receiver.closeFuture().await(10, TimeUnit.SECONDS));
        assertEquals(5, Packets.number(recorder.awaitPacket()), "it was read before anybody was told");
        recorder.awaitFailure(IllegalStateException.class);
        assertTrue(recorder.failures.isEmpty(), recorder.failures::toString);
    }
}
