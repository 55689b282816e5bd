package org.nettytun.benchmarks.forward;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.channel.TunAddress;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunChannelOption;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.examples.router.Router;

/**
 * The process of the smallest forwarder on our channel. Its arguments: {@code NETNS_A DEVICE_A NETNS_B DEVICE_B
 * napi|pooled|adaptive}.
 */
final class OursMain {
    private OursMain() {
    }

    /** Tells {@code ready} when it is, and forwards until it is killed. */
    public static void main(String... arguments) throws Exception {
        ByteBufAllocator allocator = allocator(arguments[4]);
        EventLoopGroup group = new TunEventLoopGroup(1);
        TunChannel a = bind(group, arguments[0], arguments[1], allocator);
        TunChannel b = bind(group, arguments[2], arguments[3], allocator);
        a.pipeline().get(Hop.class).other(b);
        b.pipeline().get(Hop.class).other(a);
        a.config().setAutoRead(true);
        b.config().setAutoRead(true);
        System.out.println("ready");
    }

    private static ByteBufAllocator allocator(String name) {
        return switch (name) {
            case "napi" -> NapiByteBufAllocator.DEFAULT;
            case "pooled" -> PooledByteBufAllocator.DEFAULT;
            case "adaptive" -> new AdaptiveByteBufAllocator();
            default -> throw new IllegalArgumentException("expected napi, pooled or adaptive: allocator=" + name);
        };
    }

    private static TunChannel bind(EventLoopGroup group, String netns, String device, ByteBufAllocator allocator)
            throws InterruptedException {
        return (TunChannel) new Bootstrap().group(group).channel(TunChannel.class)
                .option(ChannelOption.AUTO_READ, false)   // until it is known where packets go
                .option(ChannelOption.ALLOCATOR, allocator)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Router.WATER_MARK)
                .option(TunChannelOption.TUN_NETNS, netns)
                .handler(new Hop())
                .bind(new TunAddress(device)).sync().channel();
    }
}
