package org.nettytun.examples.tunnel;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.channel.TunAddress;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunChannelOption;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.linux.IpPrefix;
import org.nettytun.stats.DropReasons;
import org.nettytun.stats.TunStats;

import java.io.IOException;
import java.net.Inet4Address;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** One end of a tunnel that runs: device and socket on one event loop, and perhaps workers beside it. Any thread. */
final class Tunnel implements AutoCloseable {
    /**
     * Bytes that wait in the kernel while we are at other things, as far as {@code net.core.rmem_max} allows: its
     * default holds some 90 datagrams, and the loop may send 64 before it looks again.
     */
    private static final int RECEIVE_BUFFER = 1 << 20;
    /** Bytes that may wait for the device: several batches. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(1 << 19, 1 << 20);

    private final TunEventLoopGroup group;
    private final TunChannel tun;
    private final Channel udp;
    private final TunStats datagrams = TunStats.ofQueue();
    private final ReplayWindow window = new ReplayWindow();
    private final Workers workers;

    private Tunnel(TunnelPlan plan, TunEventLoopGroup group, TunChannel tun, Channel udp, Consumer<String> log) {
        this.group = group;
        this.tun = tun;
        this.udp = udp;
        datagrams.named("udp");
        this.workers = plan.workers() == 0 ? null
                : new Workers(plan.workers(), plan.queue(), tun.eventLoop(), () -> seal(plan));
        Sealing sealing = workers != null ? workers : plan.isSealed() ? Sealing.here(seal(plan)) : Sealing.NONE;
        UdpOutlet toPeer = new UdpOutlet(udp, plan.peer(), datagrams, plan.queue());
        TunOutlet toKernel = new TunOutlet(tun);
        tun.pipeline().addLast(new Encapsulator(plan, sealing, toPeer::send, log));
        udp.pipeline().addLast(new Decapsulator(plan, sealing, datagrams, window, toKernel::send, log));
        tun.config().setAutoRead(true);
        udp.config().setAutoRead(true);
    }

    private Seal seal(TunnelPlan plan) {
        return new Seal(plan.key(), plan.isLower(), tun.stats(), datagrams);
    }

    /**
     * Opens one end.
     *
     * @param log takes sentences for the user
     * @throws Exception why it cannot be; nothing is left
     */
    static Tunnel start(TunnelPlan plan, Consumer<String> log) throws Exception {
        return start(plan, new TunAddress(plan.device()), log);
    }

    /** The same with another device than the plan's. */
    static Tunnel start(TunnelPlan plan, TunAddress device, Consumer<String> log) throws Exception {
        DropReasons.register(TunnelDropReason.class);
        TunEventLoopGroup group = new TunEventLoopGroup(1);
        try {
            EventLoop loop = group.next();   // there is one, and both are on it
            TunChannel tun = bind(device(plan, loop), device);
            Channel udp = bind(plan, loop);
            return new Tunnel(plan, group, tun, udp, log);
        } catch (Throwable t) {
            shutDown(group);   // closes the channels that are bound
            throw t;
        }
    }

    private static TunChannel bind(Bootstrap device, TunAddress address) throws InterruptedException {
        return (TunChannel) device.bind(address).sync().channel();
    }

    private static Bootstrap device(TunnelPlan plan, EventLoop loop) {
        Bootstrap bootstrap = bootstrap(loop).channel(TunChannel.class)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .option(TunChannelOption.TUN_MTU, plan.mtu());
        if (!plan.addresses().isEmpty()) {
            bootstrap.option(TunChannelOption.TUN_ADDRESSES,
                    plan.addresses().stream().map(IpPrefix::toString).toList());
        }
        return plan.netns() == null ? bootstrap : bootstrap.option(TunChannelOption.TUN_NETNS, plan.netns());
    }

    private static Channel bind(TunnelPlan plan, EventLoop loop)
            throws IOException, InterruptedException {
        SocketProtocolFamily family = plan.local().getAddress() instanceof Inet4Address ? SocketProtocolFamily.INET
                : SocketProtocolFamily.INET6;
        try {
            return bootstrap(loop).channelFactory(() -> new EpollDatagramChannel(family))
                    .option(ChannelOption.RECVBUF_ALLOCATOR, new DatagramSlots(plan.longestDatagram() + 1))
                    .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                    .bind(plan.local()).sync().channel();
        } catch (Exception e) {
            throw new IOException("--local cannot be used: local=" + Endpoints.format(plan.local()) + ": "
                    + e.getMessage(), e);
        }
    }

    /** Neither reads before it is known where packets go. */
    private static Bootstrap bootstrap(EventLoop loop) {
        return new Bootstrap().group(loop).option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOCATOR, NapiByteBufAllocator.DEFAULT)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // the handlers come when both channels are there
                    }
                });
    }

    TunChannel tun() {
        return tun;
    }

    /** What went through the socket, header included. What was dropped between the two is counted where it was read. */
    TunStats datagrams() {
        return datagrams;
    }

    /** Of the peer's datagrams, those that were never let in: {@link ReplayWindow#missing}. */
    LongAdder missing() {
        return window.missing();
    }

    /** Its one loop. */
    TunEventLoopGroup group() {
        return group;
    }

    /** Idempotent; waits until device, socket and threads are gone. */
    @Override
    public void close() {
        tun.close().syncUninterruptibly();
        udp.close().syncUninterruptibly();
        if (workers != null) {
            workers.close();   // what they have done comes back to a loop that still runs
        }
        shutDown(group);
    }

    private static void shutDown(EventLoopGroup group) {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
