package org.nettytun.benchmarks.hairpin;

import io.netty.channel.Channel;
import org.nettytun.forward.Forwarding;
import org.nettytun.forward.ForwardingHandler;
import org.nettytun.forward.IcmpLimits;
import org.nettytun.forward.Port;
import org.nettytun.forward.Route;
import org.nettytun.forward.SegmentLimit;
import org.nettytun.routing.GeneratedRoutes;
import org.nettytun.routing.RouteTable;
import org.nettytun.stats.TunStats;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The library's router with the Internet's routes, all of them back out of the one device. Any thread. */
final class FullRouter {
    private static final int ROUTES4 = 1_000_000;
    private static final int ROUTES6 = 200_000;
    private static final int DESTINATIONS = 1 << 17;
    private static final int MTU = 1500;
    private static final int LINK_LOCAL = 0xa9fe;

    private final int[] destinations = destinations4();
    private final int queues;
    private final List<Channel> channels = new ArrayList<>();

    /** @param queues of the device; the router runs when it has as many channels */
    FullRouter(int queues) {
        this.queues = queues;
    }

    /** Those that the table has a route for, each of its routes as likely as another; as many as a power of two. */
    int[] destinations() {
        return destinations;
    }

    private static int[] destinations4() {
        GeneratedRoutes routes = GeneratedRoutes.ipv4(ROUTES4);
        Random random = new Random(1);
        return random.ints().map(any -> (int) (routes.destination(random) >>> Integer.SIZE))
                .filter(address -> address >>> Short.SIZE != LINK_LOCAL).limit(DESTINATIONS).toArray();
    }

    /** Of the device. */
    int queues() {
        return queues;
    }

    /** Takes a channel; with the last of them routes. Channels must not read yet. */
    synchronized void join(Channel channel) {
        channels.add(channel);
        if (channels.size() < queues) {
            return;
        }
        Port port = new Port(0, "tun0", MTU, List.of(own()), SegmentLimit.NONE, channels);
        RouteTable<Route> table = table(port);
        table.put(own(), Integer.SIZE, Route.Special.LOCAL);
        Forwarding router = new Forwarding(List.of(port), table, new IcmpLimits(IcmpLimits.DEFAULT_PER_SECOND),
                new TunStats("router"));
        for (int queue = 0; queue < queues; queue++) {
            channels.get(queue).pipeline().addLast(new ForwardingHandler(router, port, queue));
        }
    }

    private static InetAddress own() {
        try {
            return InetAddress.getByAddress(new byte[]{10, 7, 0, 2});
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    private static RouteTable<Route> table(Port port) {
        Route[] hops = new Route[GeneratedRoutes.NEXT_HOPS];
        for (int i = 0; i < hops.length; i++) {
            hops[i] = new Route.Via(port);   // routes of different next hops are no one run
        }
        RouteTable<Route> table = new RouteTable<>();
        for (GeneratedRoutes routes : List.of(GeneratedRoutes.ipv4(ROUTES4), GeneratedRoutes.ipv6(ROUTES6))) {
            for (int at = 0; at < routes.size(); at++) {
                routes.put(table, at, hops[routes.nextHop(at)]);
            }
        }
        return table;
    }
}
