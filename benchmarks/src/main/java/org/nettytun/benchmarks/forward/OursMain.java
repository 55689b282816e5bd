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
import org.nettytun.channel.TunOffload;
import org.nettytun.examples.router.Router;

import java.util.Set;

/**
 * The process of the smallest forwarder on our channel. Its arguments: {@code NETNS_A DEVICE_A NETNS_B DEVICE_B
 * napi|napi-offload|pooled|adaptive}.
 */
final class OursMain {
    private OursMain() {
    }

    /** Tells {@code ready} when it is, and forwards until it is killed. */
    public static void main(String... arguments) throws Exception {
        ByteBufAllocator allocator = allocator(arguments[4]);
        EventLoopGroup group = new TunEventLoopGroup(1);
        Set<TunOffload> offloads = arguments[4].equals("napi-offload") ? TunOffload.ALL_SUPPORTED : Set.of();
        TunChannel a = bind(group, arguments[0], arguments[1], allocator, offloads);
        TunChannel b = bind(group, arguments[2], arguments[3], allocator, offloads);
        a.pipeline().get(Hop.class).other(b);
        b.pipeline().get(Hop.class).other(a);
        a.config().setAutoRead(true);
        b.config().setAutoRead(true);
        System.out.println("ready");
    }

    private static ByteBufAllocator allocator(String name) {
        return switch (name) {
            case "napi", "napi-offload" -> NapiByteBufAllocator.DEFAULT;
            case "pooled" -> PooledByteBufAllocator.DEFAULT;
            case "adaptive" -> new AdaptiveByteBufAllocator();
            default -> throw new IllegalArgumentException("expected napi, napi-offload, pooled or adaptive: allocator="
                    + name);
        };
    }

    private static TunChannel bind(EventLoopGroup group, String netns, String device, ByteBufAllocator allocator,
                                   Set<TunOffload> offloads) throws InterruptedException {
        return (TunChannel) new Bootstrap().group(group).channel(TunChannel.class)
                .option(ChannelOption.AUTO_READ, false)   // until it is known where packets go
                .option(ChannelOption.ALLOCATOR, allocator)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Router.WATER_MARK)
                .option(TunChannelOption.TUN_OFFLOADS, offloads)
                .option(TunChannelOption.TUN_NETNS, netns)
                .handler(new Hop())
                .bind(new TunAddress(device)).sync().channel();
    }
}
