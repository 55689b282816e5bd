package org.nettytun.benchmarks.hairpin;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.nettytun.benchmarks.run.Releaser;

import java.util.OptionalLong;

/**
 * What was read is released by a second thread; written is one constant packet, over and over. So the loop's allocator
 * lives on memory that comes home from elsewhere.
 */
final class ReleasedElsewhere extends Bounce {
    private final Releaser releaser = new Releaser();
    private ByteBuf constant;

    @Override
    OptionalLong helper() {
        return OptionalLong.of(releaser.threadId());
    }

    @Override
    void started() {
        releaser.wanted(true);
    }

    @Override
    void ended() {
        releaser.wanted(false);
    }

    @Override
    void inject(int bytes, Iterable<ByteBuf> some) {
        constant = Packets.of(bytes, 0);
        super.inject(bytes, some);
    }

    @Override
    void bounce(ChannelHandlerContext ctx, ByteBuf packet) {
        releaser.give(packet);
        ctx.write(constant.retain(), ctx.voidPromise());
    }

    @Override
    void flush(ChannelHandlerContext ctx) {
        releaser.publish();
        super.flush(ctx);
    }
}
