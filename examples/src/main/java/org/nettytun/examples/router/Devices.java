package org.nettytun.examples.router;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.util.NetUtil;
import org.nettytun.channel.TunAddress;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunChannelOption;
import org.nettytun.channel.TunOffload;
import org.nettytun.channel.TunQueues;
import org.nettytun.linux.IpPrefix;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Makes a router's devices, or attaches to those that are there. */
final class Devices {
    private Devices() {
    }

    /**
     * Binds all queues of one, with its addresses, and with routes in its kernel. They do not read yet.
     *
     * @param log takes a sentence for the user
     */
    static List<TunChannel> bind(EventLoopGroup group, InterfaceSpec spec, List<String> routes, Consumer<String> log)
            throws InterruptedException {
        List<TunChannel> queues = TunQueues.bind(bootstrap(group, spec, routes), new TunAddress(spec.name())).sync()
                .getNow().channels();
        log.accept(describe(spec, routes));
        return queues;
    }

    private static Bootstrap bootstrap(EventLoopGroup group, InterfaceSpec spec, List<String> routes) {
        Bootstrap bootstrap = new Bootstrap().group(group).channel(TunChannel.class)
                .option(ChannelOption.AUTO_READ, false)   // until it is known where packets may go
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Router.WATER_MARK)
                .option(TunChannelOption.TUN_MTU, spec.mtu())
                .option(TunChannelOption.TUN_QUEUES, spec.queues())
                .option(TunChannelOption.TUN_ADDRESSES, spec.hosts().stream().map(IpPrefix::toString).toList())
                .option(TunChannelOption.TUN_ROUTES, routes)
                .option(TunChannelOption.TUN_OFFLOADS, spec.offload() ? TunOffload.ALL_SUPPORTED : Set.of())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // the handler comes when all devices are there
                    }
                });
        return spec.netns() == null ? bootstrap : bootstrap.option(TunChannelOption.TUN_NETNS, spec.netns());
    }

    private static String describe(InterfaceSpec spec, List<String> routes) {
        return spec.name() + (spec.netns() == null ? "" : " in " + spec.netns()) + ": mtu " + spec.mtu() + ", "
                + (spec.queues() == 1 ? "1 queue" : spec.queues() + " queues") + (spec.offload() ? ", offload" : "")
                + ", kernel " + spec.hosts() + ", router "
                + spec.routers().stream().map(NetUtil::toAddressString).toList() + ", routes to the router "
                + routes;
    }
}
