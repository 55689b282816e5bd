package org.nettytun.examples;

import io.micrometer.core.instrument.binder.MeterBinder;
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
import org.nettytun.channel.TunEventLoopGroup;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Serves counters to Prometheus, and other pages, by a thread of its own: the other loops do nothing. Any thread. */
public final class MetricsServer implements AutoCloseable {
    private static final String METRICS = "/metrics";
    private static final int LONGEST_REQUEST = 8192;

    private final EventLoopGroup group;
    private final Channel server;
    private final PrometheusMeterRegistry registry;

    private MetricsServer(EventLoopGroup group, Channel server, PrometheusMeterRegistry registry) {
        this.group = group;
        this.server = server;
        this.registry = registry;
    }

    /**
     * On the loopback address, {@code /metrics} alone.
     *
     * @param port    0 for any that is free
     * @param counted whose counters
     */
    public static MetricsServer start(int port, MeterBinder counted) throws IOException {
        return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), counted, Map.of());
    }

    /**
     * @param at      port 0 for any that is free
     * @param counted whose counters
     * @param others  pages beside {@code /metrics}, by path
     */
    public static MetricsServer start(InetSocketAddress at, MeterBinder counted, Map<String, Supplier<Page>> others)
            throws IOException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        counted.bindTo(registry);
        Map<String, Supplier<Page>> pages = new TreeMap<>(others);
        pages.put(METRICS, () -> Page.text(HttpResponseStatus.OK, registry.scrape()));
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
        MetricsServer made = new MetricsServer(group, bound.channel(), registry);
        if (!bound.isSuccess()) {
            made.close();
            throw new IOException("--metrics-port cannot be used: port=" + at.getPort() + ", address="
                    + NetUtil.toAddressString(at.getAddress()) + ": " + bound.cause().getMessage(), bound.cause());
        }
        return made;
    }

    /** Where the counters are. */
    public String url() {
        return "http://" + NetUtil.toSocketAddressString((InetSocketAddress) server.localAddress()) + METRICS;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        registry.close();
    }
}
