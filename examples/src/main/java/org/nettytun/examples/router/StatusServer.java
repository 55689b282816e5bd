package org.nettytun.examples.router;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyEventExecutorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.NetUtil;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.metrics.ApplicationMetrics;
import org.nettytun.metrics.LoopMetrics;
import org.nettytun.metrics.NapiMetrics;
import org.nettytun.metrics.TunMetrics;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Serves a router's counters to Prometheus, and its state as JSON, by a thread of its own: who asks costs the router's
 * loops nothing. Any thread.
 */
final class StatusServer implements AutoCloseable {
    private static final int LONGEST_REQUEST = 8192;

    private final EventLoopGroup group;
    private final Channel server;
    private final PrometheusMeterRegistry registry;

    private StatusServer(EventLoopGroup group, Channel server, PrometheusMeterRegistry registry) {
        this.group = group;
        this.server = server;
        this.registry = registry;
    }

    /** @param at port 0 for any that is free */
    static StatusServer start(InetSocketAddress at, Router router) throws IOException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        bind(registry, router);
        Map<String, Supplier<Page>> pages = pages(registry, new StatusPages(router));
        EventLoopGroup group = new TunEventLoopGroup(1);
        ChannelFuture bound = new ServerBootstrap().group(group).channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(LONGEST_REQUEST),
                                new StatusHandler(pages));
                    }
                }).bind(at).awaitUninterruptibly();
        StatusServer made = new StatusServer(group, bound.channel(), registry);
        if (!bound.isSuccess()) {
            made.close();
            throw new IOException("--metrics-port cannot be used: port=" + at.getPort() + ", address="
                    + NetUtil.toAddressString(at.getAddress()) + ": " + bound.cause().getMessage(), bound.cause());
        }
        return made;
    }

    private static Map<String, Supplier<Page>> pages(PrometheusMeterRegistry registry, StatusPages status) {
        Map<String, Supplier<Page>> pages = new TreeMap<>();
        pages.put("/metrics", () -> Page.text(HttpResponseStatus.OK, registry.scrape()));
        pages.put("/routes", status::routes);
        pages.put("/interfaces", status::interfaces);
        pages.put("/healthz", status::health);
        return pages;
    }

    private static void bind(PrometheusMeterRegistry registry, Router router) {
        Map<String, List<TunChannel>> devices = router.channels().stream()
                .collect(Collectors.groupingBy(channel -> channel.localAddress().name()));
        devices.values().forEach(queues -> new TunMetrics(queues, Tags.empty()).bindTo(registry));
        new LoopMetrics(router.group(), "router").bindTo(registry);
        new NettyEventExecutorMetrics(router.group()).bindTo(registry);
        new NapiMetrics(NapiByteBufAllocator.DEFAULT, "default").bindTo(registry);
        new NettyAllocatorMetrics(NapiByteBufAllocator.DEFAULT).bindTo(registry);
        new ApplicationMetrics(router.ledger()).bindTo(registry);
        count(registry, "sent", router.icmpSent());
        count(registry, "suppressed", router.icmpSuppressed());
    }

    private static void count(PrometheusMeterRegistry registry, String outcome, LongAdder counter) {
        FunctionCounter.builder("router.icmp.errors", counter, LongAdder::sum).tag("outcome", outcome)
                .register(registry);
    }

    /** Without a path. */
    String url() {
        return "http://" + NetUtil.toSocketAddressString((InetSocketAddress) server.localAddress());
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        registry.close();
    }
}
