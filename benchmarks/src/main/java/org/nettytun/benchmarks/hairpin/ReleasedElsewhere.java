package org.nettytun.benchmarks.hairpin;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.internal.PlatformDependent;

import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What was read is released by a second thread, which spins for it; written is one constant packet, over and over. So
 * the loop's allocator lives on memory that comes home from elsewhere.
 */
final class ReleasedElsewhere extends Bounce {
    /** After so many looks in vain, some 0.1 ms, nothing is being measured: others shall have the core. */
    private static final int LOOKS = 10_000;
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Queue<ByteBuf> toRelease = PlatformDependent.newSpscQueue();
    private ByteBuf constant;

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        Thread releaser = new Thread(this::releaseAll, "releaser");
        releaser.setDaemon(true);
        releaser.start();
    }

    private void releaseAll() {
        int looks = 0;
        while (true) {
            ByteBuf packet = toRelease.poll();
            if (packet != null) {
                packet.release();
                looks = 0;
            } else if (looks++ < LOOKS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(NAP_NANOS);
            }
        }
    }

    @Override
    void inject(int bytes, Iterable<ByteBuf> some) {
        constant = Packets.of(bytes, 0);
        super.inject(bytes, some);
    }

    @Override
    void bounce(ChannelHandlerContext ctx, ByteBuf packet) {
        toRelease.add(packet);
        ctx.write(constant.retain(), ctx.voidPromise());
    }
}
