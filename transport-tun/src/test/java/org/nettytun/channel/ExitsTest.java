package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import org.junit.jupiter.api.Test;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.stats.Direction;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunDropReason;

import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CancellationException;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The places inside Netty where a packet ends: each has a reason. */
class ExitsTest extends PairTest {
    private final Recorder recorder = new Recorder();

    @Test
    void theTailOfThePipeline() throws Exception {
        TunChannel receiver = bind(pair.second(), new ChannelInboundHandlerAdapter());
        TunChannel sender = bind(pair.first(), new Recorder());
        sender.writeAndFlush(packet(1)).sync();
        Eventually.await(() -> receiver.stats().dropped(Direction.INBOUND, TunDropReason.NO_HANDLER) == 1,
                receiver.stats()::toString);
        assertEquals(100, receiver.stats().droppedBytes(Direction.INBOUND, TunDropReason.NO_HANDLER));
    }

    @Test
    void aViewAtTheTailOfThePipeline() throws Exception {
        TunChannel receiver = bind(pair.second(), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                context.fireChannelRead(((ByteBuf) message).skipBytes(20).asReadOnly().slice());
            }
        });
        TunChannel sender = bind(pair.first(), new Recorder());
        sender.writeAndFlush(packet(1)).sync();
        Eventually.await(() -> receiver.stats().dropped(Direction.INBOUND, TunDropReason.NO_HANDLER) == 1,
                receiver.stats()::toString);
    }

    @Test
    void aWriteThatIsCancelled() throws Exception {
        bind(pair.second(), recorder);
        TunChannel sender = bind(pair.first(), new Recorder());
        // On the loop, or it might be cancelled before it reaches the channel, as below.
        ChannelFuture cancelled = sender.eventLoop().submit(() -> sender.write(packet(1))).sync().getNow();
        assertTrue(cancelled.cancel(false));
        sender.writeAndFlush(packet(2)).sync();
        assertThrows(CancellationException.class, cancelled::sync);
        assertEquals(2, Packets.number(recorder.awaitPacket()));
        assertPurged(sender, 1);
        assertEquals(1, sender.stats().dropped(Direction.OUTBOUND), "and nothing else was counted");
    }

    @Test
    void notFlushedAtTheClose() throws Exception {
        TunChannel sender = bind(pair.first(), new Recorder());
        ChannelFuture waiting = sender.write(packet(1));
        sender.close().sync();
        assertInstanceOf(ClosedChannelException.class, waiting.await().cause());
        assertPurged(sender, 1);
    }

    @Test
    void flushedAtTheClose() throws Exception {
        bootstrap(recorder).option(ChannelOption.AUTO_READ, false).bind(pair.second()).sync();
        TunChannel sender = bind(pair.first(), new Recorder());
        ChannelFuture last = null;
        for (int i = 0; i < 5000; i++) {
            last = sender.writeAndFlush(packet(i));
        }
        sender.eventLoop().submit(() -> { }).sync();
        assertFalse(last.isDone(), "the peer does not read");
        long pending = sender.stats().packets(Term.PENDING);
        assertEquals(5000 - sender.stats().packets(Term.SENT), pending);
        sender.close().sync();
        assertInstanceOf(ClosedChannelException.class, last.await().cause());
        assertPurged(sender, pending);
    }

    @Test
    void writtenAfterTheClose() throws Exception {
        TunChannel sender = bind(pair.first(), new Recorder());
        sender.close().sync();
        ByteBuf heap = packet(1);
        assertInstanceOf(ClosedChannelException.class, sender.writeAndFlush(heap).await().cause());
        assertEquals(0, heap.refCnt());
        PacketBuf slot = (PacketBuf) sender.alloc().directBuffer(100, 100).writeBytes(packet(2));
        sender.write(slot, sender.voidPromise());
        Eventually.await(() -> slot.refCnt() == 0, () -> "released");
        assertPurged(sender, 2);
    }

    @Test
    void writtenBeforeTheBind() throws Exception {
        TunChannel unbound = (TunChannel) bootstrap(new Recorder()).register().sync().channel();
        ChannelFuture write = unbound.writeAndFlush(packet(1)).await();
        assertFalse(write.isSuccess());
        assertPurged(unbound, 1);
        unbound.close().sync();
    }

    @Test
    void thePeerIsGone() throws Exception {
        TunChannel receiver = bind(pair.second(), new Recorder());
        TunChannel sender = (TunChannel) bootstrap(new Recorder()).option(ChannelOption.AUTO_READ, false)
                .bind(pair.first()).sync().channel();
        ChannelFuture write = sender.eventLoop().submit(() -> {
            receiver.close().awaitUninterruptibly();
            return sender.writeAndFlush(packet(1));
        }).sync().getNow();
        assertInstanceOf(TunGoneException.class, write.await().cause());
        assertPurged(sender, 1);
    }

    @Test
    void whatTheEstimatorThrowsAt() throws Exception {
        TunChannel sender = (TunChannel) bootstrap(new Recorder())
                .option(ChannelOption.MESSAGE_SIZE_ESTIMATOR, () -> message -> {
                    throw new IllegalStateException("planted");
                }).bind(pair.first()).sync().channel();
        ChannelFuture write = sender.eventLoop().submit(() -> sender.writeAndFlush(packet(1))).sync().getNow();
        assertInstanceOf(IllegalStateException.class, write.await().cause());
        assertPurged(sender, 1);
    }

    /** What Netty lets go before it reaches the channel cannot be seen: then the head is consumed. */
    @Test
    void cancelledBeforeItWasWrittenIsNotSeen() throws Exception {
        TunChannel sender = bind(pair.first(), new Recorder());
        ChannelPromise cancelled = sender.newPromise();
        cancelled.cancel(false);
        ByteBuf packet = packet(1);
        sender.writeAndFlush(packet, cancelled);
        sender.eventLoop().submit(() -> { }).sync();
        assertEquals(0, packet.refCnt());
        assertEquals(0, sender.stats().packets(Term.ACCEPTED));
        assertEquals(0, sender.stats().dropped(Direction.OUTBOUND));
    }

    private static ByteBuf packet(int number) {
        return Unpooled.wrappedBuffer(Packets.ipv4(100, number));
    }

    private static void assertPurged(TunChannel channel, long packets) {
        Eventually.await(() -> channel.stats().packets(Term.PURGED) == packets, channel.stats()::toString);
        assertEquals(packets, channel.stats().dropped(Direction.OUTBOUND, KernelDropReason.QUEUE_PURGE));
        assertEquals(0, channel.stats().packets(Term.PENDING));
    }
}
