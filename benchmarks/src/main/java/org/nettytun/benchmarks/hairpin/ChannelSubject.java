package org.nettytun.benchmarks.hairpin;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import org.nettytun.benchmarks.run.Pinning;
import org.nettytun.channel.TunAddress;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunChannelOption;
import org.nettytun.channel.TunOffload;
import org.nettytun.channel.TunQueues;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Our channel, one packet per message, through a real pipeline with one handler; a queue on each of the loops. */
final class ChannelSubject implements Subject {
    private final EventLoopGroup group;
    private final int queues;
    private final ByteBufAllocator allocator;
    private final Supplier<Bounce> handlers;
    private final Set<TunOffload> offloads;
    private final List<Bounce> bounces = new ArrayList<>();
    private boolean vectors;
    private List<TunChannel> channels;

    /**
     * @param group     of as many loops as queues
     * @param allocator {@code null} for the channel's default
     */
    ChannelSubject(EventLoopGroup group, int queues, ByteBufAllocator allocator, Supplier<Bounce> handlers) {
        this(group, queues, allocator, handlers, Set.of());
    }

    /** @param offloads what else the channel takes */
    ChannelSubject(EventLoopGroup group, int queues, ByteBufAllocator allocator, Supplier<Bounce> handlers,
                   Set<TunOffload> offloads) {
        this.group = group;
        this.queues = queues;
        this.allocator = allocator;
        this.handlers = handlers;
        this.offloads = offloads;
    }

    /** Each batch is to be one message. */
    ChannelSubject vectors() {
        vectors = true;
        return this;
    }

    @Override
    public List<Long> start() throws Exception {
        Bootstrap bootstrap = new Bootstrap().group(group).channel(TunChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(TunChannelOption.TUN_QUEUES, queues)
                .option(TunChannelOption.TUN_OFFLOADS, offloads)
                .option(TunChannelOption.TUN_VECTORS, vectors)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Bounce bounce = handlers.get();
                        channel.pipeline().addLast(bounce);
                        synchronized (bounces) {
                            bounces.add(bounce);
                        }
                    }
                });
        if (allocator != null) {
            bootstrap.option(ChannelOption.ALLOCATOR, allocator);
        }
        channels = TunQueues.bind(bootstrap, new TunAddress("tun0")).sync().getNow().channels();
        List<Long> threads = new ArrayList<>();
        for (TunChannel channel : channels) {
            threads.add(channel.eventLoop().submit(Pinning::threadId).get());
        }
        for (Bounce bounce : bounces) {
            bounce.helper().ifPresent(threads::add);
        }
        return threads;
    }

    /** One for each queue, once started. */
    List<TunChannel> channels() {
        return channels;
    }

    @Override
    public void size(int bytes) throws Exception {
        for (int queue = 0; queue < channels.size(); queue++) {
            List<ByteBuf> packets = new ArrayList<>();
            for (int flow = queue; flow < Packets.IN_FLIGHT; flow += channels.size()) {
                packets.add(SuperPackets.of(bytes, flow));
            }
            Bounce bounce = channels.get(queue).pipeline().get(Bounce.class);
            channels.get(queue).eventLoop().submit(() -> bounce.inject(bytes, packets)).sync();
        }
    }

    @Override
    public Laps run(long millis) throws Exception {
        List<CompletableFuture<Laps>> runs = bounces.stream().map(bounce -> bounce.run(millis)).toList();
        long packets = 0;
        long nanos = 0;
        for (CompletableFuture<Laps> run : runs) {
            packets += run.get().packets();
            nanos = Math.max(nanos, run.get().nanos());
        }
        return new Laps(packets, nanos);
    }
}
