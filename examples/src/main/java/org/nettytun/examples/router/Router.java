package org.nettytun.examples.router;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.NetUtil;
import org.nettytun.channel.TunAddress;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunChannelOption;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.channel.TunOffload;
import org.nettytun.channel.TunQueues;
import org.nettytun.forward.Forwarding;
import org.nettytun.forward.ForwardingHandler;
import org.nettytun.forward.IcmpLimits;
import org.nettytun.forward.Port;
import org.nettytun.forward.Route;
import org.nettytun.linux.IpPrefix;
import org.nettytun.routing.RouteTable;
import org.nettytun.stats.TunStats;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * A router that runs. Any thread. Queue {@code i} of each device is on loop {@code i}, so that a packet leaves on the
 * thread that it came in on, and no flow overtakes itself.
 */
public final class Router implements AutoCloseable {
    /** Bytes that may wait to be written: several batches of 64 packets. Beyond, packets are dropped. */
    public static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(1 << 19, 1 << 20);

    private final TunEventLoopGroup group;
    private final IcmpLimits limits;
    private final TunStats ledger;
    private final List<Port> ports;
    private final RouteTable<Route> routes;
    private final FileRoutes fileRoutes;
    private final FileWatch watch;
    private final List<TunChannel> channels;

    private Router(RouterPlan plan, TunEventLoopGroup group, IcmpLimits limits, TunStats ledger, List<Port> ports,
                   RouteTable<Route> routes, List<TunChannel> channels, Consumer<String> log) {
        this.group = group;
        this.limits = limits;
        this.ledger = ledger;
        this.ports = ports;
        this.routes = routes;
        this.channels = channels;
        fileRoutes = plan.routesFile() == null ? null : new FileRoutes(plan.routesFile(), plan, ports, routes, log);
        watch = fileRoutes == null ? null : new FileWatch(plan.routesFile(), fileRoutes::reload);
        if (fileRoutes != null) {
            fileRoutes.reload();
        }
    }

    /**
     * Creates the devices, with their addresses and the routes of {@link RouterPlan#kernelRoutes}, and routes.
     *
     * @param log takes sentences for the user
     * @throws Exception the first device that cannot be; none is left
     */
    public static Router start(RouterPlan plan, Consumer<String> log) throws Exception {
        int loops = plan.interfaces().stream().mapToInt(InterfaceSpec::queues).max().orElseThrow();
        TunEventLoopGroup group = new TunEventLoopGroup(loops);
        try {
            List<List<TunChannel>> queues = new ArrayList<>();
            for (InterfaceSpec each : plan.interfaces()) {
                List<String> routes = plan.kernelRoutes(each);
                queues.add(TunQueues.bind(bootstrap(group, each, routes), new TunAddress(each.name())).sync().getNow()
                        .channels());
                log.accept(describe(each, routes));
            }
            return over(plan, group, queues, log);
        } catch (Throwable t) {
            shutDown(group);   // closes the channels that are bound
            throw t;
        }
    }

    /**
     * Routes over channels that are bound, and do not read yet.
     *
     * @param group  shut down when the router is closed
     * @param queues in the order of the plan's interfaces
     */
    public static Router over(RouterPlan plan, TunEventLoopGroup group, List<List<TunChannel>> queues,
                              Consumer<String> log) {
        List<Port> ports = new ArrayList<>();
        for (InterfaceSpec each : plan.interfaces()) {
            ports.add(new Port(ports.size(), each.name(), each.mtu(), each.routers(), each.segments(),
                    queues.get(ports.size())));
        }
        IcmpLimits limits = new IcmpLimits(plan.icmpPerSecond());
        TunStats ledger = new TunStats("router");
        RouteTable<Route> routes = plan.table(ports);
        Forwarding forwarding = new Forwarding(ports, routes, limits, ledger);
        for (Port port : ports) {
            for (int queue = 0; queue < port.queues().size(); queue++) {
                port.queues().get(queue).pipeline().addLast(new ForwardingHandler(forwarding, port, queue),
                        complaints(port, log));
            }
        }
        List<TunChannel> channels = queues.stream().flatMap(List::stream).toList();
        Router router = new Router(plan, group, limits, ledger, List.copyOf(ports), routes, channels, log);
        channels.forEach(channel -> channel.config().setAutoRead(true));
        return router;
    }

    private static ChannelHandler complaints(Port port, Consumer<String> log) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                log.accept(port.name() + ": " + cause);
            }
        };
    }

    private static Bootstrap bootstrap(EventLoopGroup group, InterfaceSpec spec, List<String> routes) {
        Bootstrap bootstrap = new Bootstrap().group(group).channel(TunChannel.class)
                .option(ChannelOption.AUTO_READ, false)   // until it is known where packets may go
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
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
                + ", kernel "
                + spec.hosts() + ", router "
                + spec.routers().stream().map(NetUtil::toAddressString).toList() + ", routes to the router "
                + routes;
    }

    /** All queues of all devices. */
    public List<TunChannel> channels() {
        return channels;
    }

    /** In the order of the plan's interfaces. */
    List<Port> ports() {
        return ports;
    }

    /** Where packets go; changes are for the next packet. */
    RouteTable<Route> routes() {
        return routes;
    }

    /** What is wrong with the file of routes; null if nothing is, or there is none. */
    String routesProblem() {
        return fileRoutes == null ? null : fileRoutes.problem();
    }

    /** The loops that it runs on. */
    TunEventLoopGroup group() {
        return group;
    }

    /** Packets that it made, and those of them that it dropped. */
    public TunStats ledger() {
        return ledger;
    }

    /** ICMP errors sent. */
    public LongAdder icmpSent() {
        return limits.sent();
    }

    /** ICMP errors that the limit or a full queue held back. */
    public LongAdder icmpSuppressed() {
        return limits.suppressed();
    }

    /** Has {@code listener} called when the last device is gone. */
    public void onAllClosed(Runnable listener) {
        LongAdder closed = new LongAdder();
        for (TunChannel channel : channels) {
            channel.closeFuture().addListener(future -> {
                synchronized (closed) {
                    closed.increment();
                    if (closed.intValue() == channels.size()) {
                        listener.run();
                    }
                }
            });
        }
    }

    /** Idempotent; waits until the devices are gone. */
    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        channels.forEach(channel -> channel.close().syncUninterruptibly());
        shutDown(group);
    }

    private static void shutDown(EventLoopGroup group) {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
