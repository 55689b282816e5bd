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
import io.netty.handler.codec.http.HttpServerCodec;
import org.nettytun.channel.TunEventLoopGroup;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Serves counters to Prometheus, on the loopback address only, by a thread of its own: a scrape costs the other loops
 * nothing. Any thread.
 */
public final class MetricsServer implements AutoCloseable {
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
     * @param port    0 for any that is free
     * @param counted whose counters
     */
    public static MetricsServer start(int port, MeterBinder counted) throws IOException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        counted.bindTo(registry);
        EventLoopGroup group = new TunEventLoopGroup(1);
        ChannelFuture bound = new ServerBootstrap().group(group).channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(LONGEST_REQUEST),
                                new ScrapeHandler(registry));
                    }
                }).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).awaitUninterruptibly();
        MetricsServer made = new MetricsServer(group, bound.channel(), registry);
        if (!bound.isSuccess()) {
            made.close();
            throw new IOException("--metrics-port cannot be used: port=" + port + ": " + bound.cause().getMessage(),
                    bound.cause());
        }
        return made;
    }

    /** Where. */
    public String url() {
        return "http://127.0.0.1:" + ((InetSocketAddress) server.localAddress()).getPort() + "/metrics";
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        registry.close();
    }
}
