package org.nettytun.examples;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import org.nettytun.channel.TunAddress;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunChannelOption;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.forward.Forwarding;
import org.nettytun.forward.ForwardingHandler;
import org.nettytun.forward.IcmpLimits;
import org.nettytun.forward.Port;
import org.nettytun.forward.Route;
import org.nettytun.forward.SegmentLimit;
import org.nettytun.routing.RouteTable;
import org.nettytun.stats.TunStats;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** A router of the library's parts, between two namespaces. */
final class OwnRouter {
    private OwnRouter() {
    }

    public static void main(String[] namespaces) throws Exception {
        EventLoopGroup group = new TunEventLoopGroup(1);
        RouteTable<Route> routes = new RouteTable<>();
        routes.put(InetAddress.getByName("10.66.0.0"), 16, Route.Special.PROHIBIT);
        List<Port> ports = new ArrayList<>();
        for (int i = 0; i < namespaces.length; i++) {
            String network = "10." + (i + 1) + ".0.";
            TunChannel tun = (TunChannel) new Bootstrap().group(group).channel(TunChannel.class)
                    .option(ChannelOption.AUTO_READ, false)   // until it is known where packets go
                    .option(TunChannelOption.TUN_NETNS, namespaces[i])
                    .option(TunChannelOption.TUN_ADDRESSES, List.of(network + "1/24"))
                    .option(TunChannelOption.TUN_ROUTES, List.of("10.0.0.0/8"))
                    .handler(new ChannelInboundHandlerAdapter())
                    .bind(new TunAddress("tun0")).sync().channel();
            InetAddress own = InetAddress.getByName(network + "254");
            Port port = new Port(i, namespaces[i], 1500, List.of(own), SegmentLimit.NONE, List.of(tun));
            routes.put(InetAddress.getByName(network + "0"), 24, new Route.Via(port, 0, true));
            routes.put(own, 32, Route.Special.LOCAL);
            ports.add(port);
        }
        IcmpLimits limits = new IcmpLimits(IcmpLimits.DEFAULT_PER_SECOND);
        Forwarding router = new Forwarding(ports, routes, limits, new TunStats("router"));
        for (Port port : ports) {
            port.queues().get(0).pipeline().addLast(new ForwardingHandler(router, port, 0));
            port.queues().get(0).config().setAutoRead(true);
        }
        System.out.println("ready");
        ports.get(0).queues().get(0).closeFuture().sync();
    }
}
