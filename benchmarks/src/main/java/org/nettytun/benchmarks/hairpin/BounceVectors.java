package org.nettytun.benchmarks.hairpin;

import io.netty.channel.ChannelHandlerContext;
import org.nettytun.buffer.PacketVector;

/** The same application, a batch at a time. */
final class BounceVectors extends Bounce {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        PacketVector vector = (PacketVector) message;
        for (int i = vector.size() - 1; i >= 0; i--) {
            if (!restore(vector.get(i))) {
                vector.remove(i).release();
            }
        }
        ctx.write(vector, ctx.voidPromise());
    }
}
