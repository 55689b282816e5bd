package org.nettytun.examples.router;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.forward.Forwarding;
import org.nettytun.forward.ForwardingHandler;
import org.nettytun.forward.IcmpLimits;
import org.nettytun.forward.Port;
import org.nettytun.forward.Route;
import org.nettytun.routing.RouteTable;
import org.nettytun.stats.TunStats;

import java.util.ArrayList;
import java.util.List;
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
    private final List<TunChannel> channels;

    private Router(TunEventLoopGroup group, IcmpLimits limits, TunStats ledger, List<Port> ports,
                   RouteTable<Route> routes, FileRoutes fileRoutes, List<TunChannel> channels) {
        this.group = group;
        this.limits = limits;
        this.ledger = ledger;
        this.ports = List.copyOf(ports);
        this.routes = routes;
        this.fileRoutes = fileRoutes;
        this.channels = channels;
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
                queues.add(Devices.bind(group, each, plan.kernelRoutes(each), log));
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
        FileRoutes fileRoutes = new FileRoutes(plan, ports, routes, log);
        fileRoutes.watch();
        channels.forEach(channel -> channel.config().setAutoRead(true));
        return new Router(group, limits, ledger, ports, routes, fileRoutes, channels);
    }

    private static ChannelHandler complaints(Port port, Consumer<String> log) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                log.accept(port.name() + ": " + cause);
            }
        };
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
        return fileRoutes.problem();
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
        fileRoutes.close();
        channels.forEach(channel -> channel.close().syncUninterruptibly());
        shutDown(group);
    }

    private static void shutDown(EventLoopGroup group) {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
