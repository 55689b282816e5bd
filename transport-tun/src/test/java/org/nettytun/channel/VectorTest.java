package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import org.junit.jupiter.api.Test;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketVector;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunDropReason;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A batch that travels as one message. */
class VectorTest extends PairTest {
    private final BlockingQueue<List<Integer>> batches = new LinkedBlockingQueue<>();

    /** Answers each batch with itself, once. */
    private final class Batches extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            PacketVector vector = assertInstanceOf(PacketVector.class, message);
            List<Integer> numbers = new ArrayList<>();
            for (PacketBuf packet : vector) {
                numbers.add(packet.getInt(packet.writerIndex() - Integer.BYTES));
            }
            batches.add(numbers);
            context.writeAndFlush(vector, context.voidPromise());
        }
    }

    private static PacketBuf numbered(TunChannel from, int number) {
        byte[] bytes = Packets.ipv4(100, number);
        return PacketBuf.build(Unpooled.directBuffer(100).writeBytes(bytes).setInt(96, number), from.stats());
    }

    private TunChannel bindVectors(TunAddress address, ChannelInboundHandlerAdapter handler) {
        return (TunChannel) bootstrap(handler).option(TunChannelOption.TUN_VECTORS, true).bind(address)
                .syncUninterruptibly().channel();
    }

    @Test
    void aBatchIsOneMessageBothWays() throws Exception {
        TunChannel echo = bindVectors(pair.second(), new Batches());
        Recorder recorder = new Recorder();
        TunChannel sender = bind(pair.first(), recorder);
        PacketVector vector = PacketVector.allocate();
        for (int i = 0; i < 40; i++) {
            vector.add(numbered(sender, i));
        }
        assertTrue(sender.writeAndFlush(vector).sync().isSuccess());
        assertEquals(0, vector.refCnt());
        for (int i = 0; i < 40; i++) {
            byte[] packet = recorder.awaitPacket();
            assertEquals(i, packet[99]);
        }
        int seen = 0;
        for (List<Integer> batch = batches.poll(); batch != null; batch = batches.poll()) {
            assertTrue(batch.size() <= PacketVector.CAPACITY);
            for (int number : batch) {
                assertEquals(seen++, number);
            }
        }
        assertEquals(40, seen);
        assertEquals(40, echo.stats().packets(Term.DELIVERED));
        assertEquals(40, echo.stats().packets(Term.SENT));
    }

    @Test
    void oneThatIsRefusedFailsThePromiseAndTheOthersAreSent() throws Exception {
        Recorder recorder = new Recorder();
        bind(pair.second(), recorder);
        TunChannel sender = bind(pair.first(), new Recorder());
        PacketVector vector = PacketVector.allocate().add(numbered(sender, 1))
                .add(PacketBuf.build(Unpooled.directBuffer(1), sender.stats())).add(numbered(sender, 2));
        ChannelFuture write = sender.writeAndFlush(vector).await();
        assertSame(PacketRefusedException.EMPTY, write.cause());
        assertEquals(1, recorder.awaitPacket()[99]);
        assertEquals(2, recorder.awaitPacket()[99]);
        assertEquals(1, sender.stats().dropped(Direction.OUTBOUND, KernelDropReason.PKT_TOO_SMALL));
        assertEquals(0, vector.refCnt());
    }

    @Test
    void aPeerThatDoesNotReadHoldsTheRestOfAVectorBack() throws Exception {
        Recorder recorder = new Recorder();
        TunChannel sender = bind(pair.first(), new Recorder());
        List<ChannelFuture> writes = new ArrayList<>();
        int sent = 0;
        while (sent < 20_000 && (writes.isEmpty() || writes.get(writes.size() - 1).isDone())) {
            PacketVector vector = PacketVector.allocate();
            while (!vector.isFull()) {
                vector.add(numbered(sender, sent++));
            }
            ChannelFuture write = sender.writeAndFlush(vector);
            writes.add(write);
            write.await(200, TimeUnit.MILLISECONDS);
        }
        assertFalse(writes.get(writes.size() - 1).isDone(), "the pair took all");
        bind(pair.second(), recorder);
        for (int i = 0; i < sent; i++) {
            byte[] packet = recorder.awaitPacket();
            assertEquals(i, (packet[98] & 0xff) << 8 | packet[99] & 0xff);
        }
        assertTrue(writes.get(writes.size() - 1).sync().isSuccess());
        assertEquals(0, sender.stats().packets(Term.PENDING));
    }

    @Test
    void ordinaryHandlersWorkBehindTheAdapter() throws Exception {
        Recorder echo = new Recorder((context, packet) -> context.write(packet.retain(), context.voidPromise())) {
            @Override
            public void channelReadComplete(ChannelHandlerContext context) {
                context.flush();
            }
        };
        BlockingQueue<Object> written = new LinkedBlockingQueue<>();
        bootstrap(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new io.netty.channel.ChannelOutboundHandlerAdapter() {
                    @Override
                    public void write(ChannelHandlerContext context, Object message,
                                      io.netty.channel.ChannelPromise promise) {
                        written.add(message.getClass());
                        context.write(message, promise);
                    }
                }, new VectorAdapter(), echo);
            }
        }).option(TunChannelOption.TUN_VECTORS, true).bind(pair.second()).sync();
        Recorder recorder = new Recorder();
        TunChannel sender = bind(pair.first(), recorder);
        PacketVector vector = PacketVector.allocate();
        for (int i = 0; i < 10; i++) {
            vector.add(numbered(sender, i));
        }
        sender.writeAndFlush(vector).sync();
        for (int i = 0; i < 10; i++) {
            assertEquals(i, echo.awaitPacket()[99]);
            assertEquals(i, recorder.awaitPacket()[99]);
        }
        assertEquals(PacketVector.class, written.poll());
    }

    @Test
    void aVectorThatNobodyWantsAndOneThatIsNeverFlushedAreCounted() throws Exception {
        TunChannel receiver = (TunChannel) bootstrap(new ChannelInboundHandlerAdapter())
                .option(TunChannelOption.TUN_VECTORS, true).bind(pair.second()).sync().channel();
        TunChannel sender = bind(pair.first(), new Recorder());
        sender.writeAndFlush(PacketVector.allocate().add(numbered(sender, 1)).add(numbered(sender, 2))).sync();
        Eventually.await(() -> receiver.stats().dropped(Direction.INBOUND, TunDropReason.NO_HANDLER) == 2,
                receiver.stats()::toString);
        ChannelFuture unflushed = sender.write(PacketVector.allocate().add(numbered(sender, 3)));
        sender.close().sync();
        assertNotNull(unflushed.await().cause());
        assertEquals(1, sender.stats().dropped(Direction.OUTBOUND, KernelDropReason.QUEUE_PURGE));
        ChannelFuture late = sender.write(PacketVector.allocate().add(numbered(sender, 4)));
        assertNotNull(late.await().cause());
        assertEquals(2, sender.stats().dropped(Direction.OUTBOUND, KernelDropReason.QUEUE_PURGE));
    }

    /** The second has to be copied to where the kernel can read it, and there is no memory. */
    @Test
    void withoutMemoryForACopyEachPacketOfAVectorIsCounted() throws Exception {
        TunChannel sender = (TunChannel) bootstrap(new Recorder())
                .option(ChannelOption.ALLOCATOR, new PooledByteBufAllocator(true) {
                    @Override
                    public ByteBuf directBuffer(int capacity) {
                        throw new OutOfMemoryError("planted");
                    }
                }).bind(pair.first()).sync().channel();
        PacketBuf heap = PacketBuf.build(Unpooled.wrappedBuffer(Packets.ipv4(100, 2)), sender.stats());
        ChannelFuture write = sender.writeAndFlush(PacketVector.allocate().add(numbered(sender, 1)).add(heap)
                .add(numbered(sender, 3))).await();
        assertInstanceOf(OutOfMemoryError.class, write.cause());
        assertEquals(0, heap.refCnt());
        assertEquals(1, sender.stats().dropped(Direction.OUTBOUND, KernelDropReason.NOMEM));
        assertEquals(2, sender.stats().dropped(Direction.OUTBOUND, KernelDropReason.QUEUE_PURGE));
    }

    @Test
    void whatIsInAVectorIsItsOwn() {
        TunChannel sender = bind(pair.first(), new Recorder());
        PacketVector vector = PacketVector.allocate();
        PacketBuf first = numbered(sender, 1);
        PacketBuf second = numbered(sender, 2);
        vector.add(first).add(second);
        assertEquals(first.memoryBytes() + second.memoryBytes(), vector.memoryBytes());
        assertSame(first, vector.remove(0));
        assertSame(second, vector.get(0));
        assertThrows(IndexOutOfBoundsException.class, () -> vector.get(1));
        first.release();
        vector.retain();
        assertFalse(vector.release());
        assertEquals(1, second.refCnt());
        assertTrue(vector.release());
        assertEquals(0, second.refCnt());
        PacketVector full = PacketVector.allocate();
        while (!full.isFull()) {
            full.add(numbered(sender, 1));
        }
        PacketBuf one = numbered(sender, 1);
        assertThrows(IllegalStateException.class, () -> full.add(one));
        one.release();
        assertThrows(IllegalArgumentException.class, () -> full.drop(DropReason.NONE));
        assertEquals(64, full.size(), "still the caller's");
        full.drop(KernelDropReason.NOMEM);
        assertEquals(64, sender.stats().dropped(Direction.INBOUND, KernelDropReason.NOMEM));
    }
}
