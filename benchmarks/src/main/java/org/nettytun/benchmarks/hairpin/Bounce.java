package org.nettytun.benchmarks.hairpin;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** The application: restores the TTL and writes the packet back. Its event loop only, but for {@link #run}. */
class Bounce extends ChannelInboundHandlerAdapter {
    private ChannelHandlerContext context;
    private int size;
    private int unchanged;
    private long packets;
    private long start;
    private long deadline;
    private CompletableFuture<Subject.Laps> running;

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** Changes the size, and writes some packets. */
    void inject(int bytes, Iterable<ByteBuf> some) {
        size = bytes;
        unchanged = Packets.unchanged(bytes);
        some.forEach(packet -> context.write(packet, context.voidPromise()));
        context.flush();
    }

    /** Any thread. */
    final CompletableFuture<Subject.Laps> run(long millis) {
        CompletableFuture<Subject.Laps> laps = new CompletableFuture<>();
        context.executor().execute(() -> {
            running = laps;
            packets = 0;
            start = System.nanoTime();
            deadline = start + millis * 1_000_000;
            started();
            context.channel().config().setAutoRead(true);
        });
        return laps;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf packet = (ByteBuf) message;
        if (restore(packet)) {
            bounce(ctx, packet);
        } else {
            packet.release();
        }
    }

    /** @return false if it is left over from another size */
    final boolean restore(ByteBuf packet) {
        if (packet.readableBytes() != size) {
            return false;
        }
        packets++;
        packet.setInt(packet.readerIndex() + Packets.CHANGED, unchanged);
        return true;
    }

    /** Writes it back in place. */
    void bounce(ChannelHandlerContext ctx, ByteBuf packet) {
        ctx.write(packet, ctx.voidPromise());
    }

    /** Sends what was written back. */
    void flush(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    /** The thread beside the loop that is measured, too, if there is one, as the kernel counts it. */
    OptionalLong helper() {
        return OptionalLong.empty();
    }

    /** Called before packets go round. */
    void started() {
        // nothing beside the loop
    }

    /** Called when they stand still. */
    void ended() {
        // nothing beside the loop
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext ctx) {
        flush(ctx);
        long now = System.nanoTime();
        if (now - deadline >= 0 && running != null) {
            ctx.channel().config().setAutoRead(false);
            ended();
            running.complete(new Subject.Laps(packets, now - start));
            running = null;
        }
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        cause.printStackTrace();
        Runtime.getRuntime().halt(1);
    }
}
