package org.nettytun.channel;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketVector;

/**
 * Lets ordinary handlers work on a channel with {@link TunChannelOption#TUN_VECTORS}: inbound, each packet of a vector
 * is a message of its own; outbound, packets written with a void promise leave as vectors at the flush. A write with a
 * promise of its own goes alone, in its place. One for each channel; the event loop's thread.
 */
public final class VectorAdapter extends ChannelDuplexHandler {
    private PacketVector collected;

    /** For one pipeline. */
    public VectorAdapter() {
        // nothing is collected yet
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof PacketVector vector)) {
            context.fireChannelRead(message);
            return;
        }
        try {
            while (vector.size() > 0) {
                context.fireChannelRead(vector.remove(0));
            }
        } finally {
            vector.consume();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!promise.isVoid() || !(message instanceof PacketBuf packet)) {
            pass(context);
            context.write(message, promise);
            return;
        }
        if (collected == null) {
            collected = PacketVector.allocate();
        }
        if (collected.add(packet).isFull()) {
            pass(context);
        }
    }

    private void pass(ChannelHandlerContext context) {
        PacketVector full = collected;
        if (full != null) {
            collected = null;
            context.write(full, context.voidPromise());
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        pass(context);
        context.flush();
    }

    /** What was never flushed is the channel's to purge, and to count. */
    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        pass(context);
        context.close(promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        pass(context);
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        pass(context);
    }
}
