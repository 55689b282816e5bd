package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.nettytun.stats.Direction;
import org.nettytun.stats.KernelDropReason;

import java.util.concurrent.TimeUnit;

/**
 * A process of its own for {@link OutOfMemoryTest}, which has it run under a tracer that answers its second write with
 * {@code ENOMEM}. The exit code says what came of it.
 */
final class RefusedForMemory {
    private RefusedForMemory() {
    }

    /** @param arguments the network namespace */
    public static void main(String[] arguments) throws Exception {
        TunEventLoopGroup group = new TunEventLoopGroup(1);
        TunChannel tun = (TunChannel) new Bootstrap().group(group).channel(TunChannel.class)
                .handler(new ChannelInboundHandlerAdapter()).option(TunChannelOption.TUN_NETNS, arguments[0])
                .bind(new TunAddress("tun0")).sync().channel();
        boolean first = write(tun);
        boolean second = write(tun);
        boolean third = write(tun);
        boolean counted = tun.stats().dropped(Direction.OUTBOUND, KernelDropReason.NOMEM) == 1;
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        System.exit(first && !second && third && counted ? 0 : 1);
    }

    private static boolean write(TunChannel tun) throws InterruptedException {
        return tun.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(60, 1))).await().isSuccess();
    }
}
