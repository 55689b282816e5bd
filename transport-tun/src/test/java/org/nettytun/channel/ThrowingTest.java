package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.DropReasons;
import org.nettytun.stats.KernelDropReason;

import java.util.concurrent.atomic.AtomicBoolean;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What throws on one channel costs the others of its loop nothing. */
class ThrowingTest extends PairTest {
    private final TunPair neighbours = open();

    @Test
    void aHandlerThatThrows() throws Exception {
        Recorder failures = new Recorder();
        Channel receiver = bootstrap(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        ReferenceCountUtil.release(message);
                        throw new IllegalStateException("planted");
                    }
                }, failures);
            }
        }).clone(other).bind(pair.second()).sync().channel();
        sendFiveTo(pair.first());

        for (int i = 0; i < 5; i++) {
            assertEquals("planted", failures.awaitFailure(IllegalStateException.class).getMessage());
        }
        assertTrue(receiver.isActive());
        theNeighbourLives();
    }

    @Test
    void anAllocatorThatThrowsDropsThePacketsItRefused() throws Exception {
        AtomicBoolean out = new AtomicBoolean(true);
        Recorder recorder = new Recorder();
        TunChannel receiver = (TunChannel) bootstrap(recorder).clone(other)
                .option(ChannelOption.ALLOCATOR, new PooledByteBufAllocator(true) {
                    @Override
                    public ByteBuf ioBuffer(int capacity) {
                        if (out.get()) {
                            throw new OutOfMemoryError("planted");
                        }
                        return super.ioBuffer(capacity);
                    }
                }).bind(pair.second()).sync().channel();
        TunChannel sender = sendFiveTo(pair.first());

        Eventually.await(() -> receiver.stats().dropped(Direction.INBOUND, KernelDropReason.NOMEM) == 5,
                receiver.stats()::toString);
        assertEquals("planted", recorder.awaitFailure(OutOfMemoryError.class).getMessage());
        theNeighbourLives();
        out.set(false);
        sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, 9))).sync();
        assertEquals(9, Packets.number(recorder.awaitPacket()));
    }

    /** A reason of an application, which the first drop makes known. */
    private enum Late implements DropReason {
        TOO_LATE
    }

    @Test
    void aListenerOfReasonsThatThrows() throws Exception {
        Recorder recorder = new Recorder((context, packet) -> {
            packet.retain();
            packet.drop(Late.TOO_LATE);
        });
        TunChannel receiver = (TunChannel) bootstrap(recorder).clone(other).bind(pair.second()).sync().channel();
        DropReasons.Subscription planted = DropReasons.onRegister(reason -> {
            throw new IllegalStateException("planted");
        });
        sendFiveTo(pair.first());
        for (int i = 0; i < 5; i++) {
            recorder.awaitPacket();
        }
        planted.close();
        assertEquals(5, receiver.stats().dropped(Direction.INBOUND, Late.TOO_LATE));
        theNeighbourLives();
    }

    private TunChannel sendFiveTo(TunAddress end) throws InterruptedException {
        TunChannel sender = bind(end, new Recorder());
        for (int i = 0; i < 5; i++) {
            sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, i))).sync();
        }
        return sender;
    }

    private void theNeighbourLives() throws InterruptedException {
        Recorder neighbour = new Recorder();
        bootstrap(neighbour).clone(other).bind(neighbours.second()).sync();
        sendFiveTo(neighbours.first());
        for (int i = 0; i < 5; i++) {
            assertEquals(i, Packets.number(neighbour.awaitPacket()));
        }
    }
}
