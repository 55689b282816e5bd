package org.nettytun.channel;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.nettytun.buffer.PacketBuf;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

/** The last handler of a test's pipeline: keeps what arrives, as bytes, and releases it. */
@Sharable
class Recorder extends ChannelInboundHandlerAdapter {
    static final int PATIENCE_SECONDS = 10;

    final BlockingQueue<byte[]> packets = new LinkedBlockingQueue<>();
    final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    /** Link events that were not the one that was waited for. */
    final List<Object> skipped = new CopyOnWriteArrayList<>();
    final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    final AtomicInteger readCompletes = new AtomicInteger();
    final CountDownLatch inactive = new CountDownLatch(1);
    private final BiConsumer<ChannelHandlerContext, PacketBuf> reaction;

    Recorder() {
        this((context, packet) -> { });
    }

    /** @param reaction to each packet, before it is released */
    Recorder(BiConsumer<ChannelHandlerContext, PacketBuf> reaction) {
        this.reaction = reaction;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        PacketBuf packet = assertInstanceOf(PacketBuf.class, message);
        byte[] bytes = ByteBufUtil.getBytes(packet);
        try {
            reaction.accept(context, packet);
        } finally {
            packet.release();
            packets.add(bytes);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        readCompletes.incrementAndGet();
        context.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        events.add(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failures.add(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        inactive.countDown();
    }

    byte[] awaitPacket() throws InterruptedException {
        return await(packets, "packet");
    }

    /** The next event of that kind; others before it are skipped. */
    TunLinkEvent awaitLink(TunLinkEvent.Kind kind) throws InterruptedException {
        while (true) {
            Object next = await(events, kind.toString());
            if (next instanceof TunLinkEvent event && event.kind() == kind) {
                return event;
            }
            skipped.add(next);
        }
    }

    <T extends Throwable> T awaitFailure(Class<T> type) throws InterruptedException {
        return assertInstanceOf(type, await(failures, type.getSimpleName()));
    }

    private <T> T await(BlockingQueue<T> queue, String what) throws InterruptedException {
        T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(next, () -> "no " + what + " in " + PATIENCE_SECONDS + " s; packets=" + packets.size()
                + ", events=" + events + ", failures=" + failures);
        return next;
    }
}
