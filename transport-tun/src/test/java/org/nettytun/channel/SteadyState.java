package org.nettytun.channel;

import com.sun.management.ThreadMXBean;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.internal.PlatformDependent;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketVector;
import org.nettytun.metrics.NapiMetrics;
import org.nettytun.metrics.TunMetrics;
import org.nettytun.offload.Partial;
import org.nettytun.offload.Segments;
import org.nettytun.stats.TunDropReason;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own for {@link SteadyStateTest}: 64 packets go to and fro between the ends of a pair, both on one
 * loop. When it is warm it measures, prints {@code bytes=… passes=…}, each per packet, and ends. A packet that is not
 * forwarded is dropped, or released by another thread, and a new one is sent in its place.
 */
@Sharable
final class SteadyState extends ChannelInboundHandlerAdapter {
    private static final int IN_FLIGHT = 64;
    private static final byte[] FRESH = Packets.ipv4(100, 7);

    /** What becomes of a packet. With a promise of its own it is forwarded, too; all others have void ones. */
    enum End { FORWARDED, PROMISED, DROPPED, RELEASED_ELSEWHERE }

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Queue<PacketBuf> elsewhere = PlatformDependent.newFixedMpscQueue(IN_FLIGHT);
    private final Thread releaser = new Thread(this::releaseForEver);
    private final int warm;
    private final int measured;
    private final End end;
    private TunIoHandler loop;
    private long packets;
    private double bytes;
    private long passes;

    private SteadyState(int warm, int measured, End end) {
        this.warm = warm;
        this.measured = measured;
        this.end = end;
    }

    /**
     * @param arguments packets before it measures; while; an {@link End}; maybe {@code scraped}, {@code offload},
     *                  {@code vectors}, or {@code epoll} for Netty's own loop, which does not tell its passes
     */
    public static void main(String[] arguments) throws Exception {
        SteadyState bounce = new SteadyState(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]),
                End.valueOf(arguments[2]));
        bounce.releaser.setDaemon(true);
        bounce.releaser.start();
        IoHandlerFactory factory = TunIoHandler.newFactory();
        String more = arguments.length > 3 ? arguments[3] : "";
        EventLoopGroup group = more.equals("epoll") ? new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory())
                : new MultiThreadIoEventLoopGroup(1, executor -> {
                    bounce.loop = (TunIoHandler) factory.newHandler(executor);
                    return bounce.loop;
                });
        TunPair pair = TunPair.open();
        Bootstrap bootstrap = new Bootstrap().group(group).channel(TunChannel.class).handler(bounce)
                .option(TunChannelOption.TUN_MTU, 1500)
                .option(TunChannelOption.TUN_VECTORS, more.equals("vectors"));
        boolean offload = more.equals("offload");
        if (offload) {
            bootstrap.option(TunChannelOption.TUN_OFFLOADS, TunOffload.ALL_SUPPORTED);
        }
        bootstrap.bind(pair.first()).sync();
        TunChannel second = (TunChannel) bootstrap.bind(pair.second()).sync().channel();
        if (more.equals("scraped")) {
            scrape(second);
        }
        second.eventLoop().execute(() -> {
            for (int i = 0; i < IN_FLIGHT; i++) {
                second.write(offload ? Partial.superPacket(new Segments(i % 2 == 0, i % 3 == 0), 3000, 1000)
                        : Unpooled.wrappedBuffer(Packets.ipv4(100, i)), second.voidPromise());
            }
            second.flush();
        });
    }

    /** All that there is, 50 times a second. */
    private static void scrape(TunChannel channel) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new TunMetrics(channel).bindTo(registry);
        new NapiMetrics(NapiByteBufAllocator.DEFAULT, "default").bindTo(registry);
        ScheduledExecutorService scraper = Executors.newSingleThreadScheduledExecutor();
        scraper.scheduleAtFixedRate(registry::scrape, 0, 20, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof PacketVector vector) {
            for (int i = 0; i < vector.size(); i++) {
                count();
            }
            context.write(vector, context.voidPromise());
            return;
        }
        count();
        PacketBuf packet = (PacketBuf) message;
        switch (end) {
            case PROMISED -> {
                context.write(packet);
                return;
            }
            case DROPPED -> packet.drop(TunDropReason.TTL_EXPIRED);
            case RELEASED_ELSEWHERE -> {
                while (!elsewhere.offer(packet)) {
                    Thread.yield();
                }
            }
            default -> {
                context.write(packet, context.voidPromise());
                return;
            }
        }
        context.write(NapiByteBufAllocator.DEFAULT.allocate().writeBytes(FRESH), context.voidPromise());
    }

    private void count() {
        packets++;
        if (packets == warm) {
            bytes = allocated();
            passes = passes();
        } else if (packets == warm + measured) {
            report();
        }
    }

    private long passes() {
        return loop == null ? 0 : loop.passes();
    }

    private void releaseForEver() {
        while (true) {
            PacketBuf packet = elsewhere.poll();
            if (packet == null) {
                Thread.yield();
            } else {
                packet.release();
            }
        }
    }

    /** By both threads. */
    private double allocated() {
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId())
                + threads.getThreadAllocatedBytes(releaser.getId());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    private void report() {
        double allocated = allocated() - bytes;
        double turns = passes() - passes;
        String line = String.format(Locale.ROOT, "bytes=%.3f passes=%.4f", allocated / measured, turns / measured);
        System.out.append(line).append('\n').flush();
        Runtime.getRuntime().halt(0);
    }
}
