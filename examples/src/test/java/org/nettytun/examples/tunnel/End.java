package org.nettytun.examples.tunnel;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.channel.TunGoneException;
import org.nettytun.channel.TunPair;
import org.nettytun.fixture.Balances;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

/** One end of a tunnel over loopback, with a pair for a device: the test stands where the kernel would. */
final class End implements AutoCloseable {
    static final int MTU = 1440;

    private final EventLoopGroup group = new TunEventLoopGroup(1);
    private final BlockingQueue<ByteBuf> arrived = new LinkedBlockingQueue<>();
    private final Map<DropReason, Integer> refused = new HashMap<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Tunnel tunnel;
    private final TunChannel kernel;

    End(InetSocketAddress local, InetSocketAddress peer, SealKey key, int workers, int queue) throws Exception {
        TunPair pair = TunPair.open();
        tunnel = Tunnel.start(new TunnelPlan("pair", null, List.of(), local, peer, MTU, key, workers, queue),
                pair.first(), log::add);
        kernel = (TunChannel) new Bootstrap().group(group).channel(TunChannel.class)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(1 << 20, 1 << 21))
                .handler(new SimpleChannelInboundHandler<PacketBuf>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, PacketBuf packet) {
                        arrived.add(Unpooled.copiedBuffer(packet));
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                        if (!(cause instanceof TunGoneException)) {   // the tunnel is closed first
                            log.add(cause.toString());
                        }
                    }
                }).bind(pair.second()).sync().channel();
    }

    End(InetSocketAddress local, InetSocketAddress peer, SealKey key, int workers) throws Exception {
        this(local, peer, key, workers, 500);
    }

    /** An address of loopback that nobody uses. */
    static InetSocketAddress unused() {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Tunnel tunnel() {
        return tunnel;
    }

    /** Has the kernel route a packet into the tunnel. */
    void send(ByteBuf packet) {
        kernel.writeAndFlush(packet).syncUninterruptibly();
    }

    /** The same of several, at once. */
    void send(List<ByteBuf> packets) {
        packets.forEach(kernel::write);
        kernel.flush();
    }

    /** What came out of the tunnel next; on the heap. */
    ByteBuf receive() throws InterruptedException {
        ByteBuf packet = arrived.poll(5, TimeUnit.SECONDS);
        assertNotNull(packet, () -> "nothing came out: " + this);
        return packet;
    }

    /** Waits until one more datagram was dropped for that reason, and nothing else happened. */
    void assertRefused(DropReason reason) {
        int count = refused.merge(reason, 1, Integer::sum);
        Eventually.await(() -> tunnel.datagrams().dropped(Direction.INBOUND, reason) >= count,
                () -> reason.name() + " expected: " + this);
        assertEquals(refused.values().stream().mapToInt(Integer::intValue).sum(),
                tunnel.datagrams().dropped(Direction.INBOUND), this::toString);
        assertEquals(0, arrived.size(), this::toString);
    }

    @Override
    public String toString() {
        return "device " + tunnel.tun().stats() + "; peer " + tunnel.datagrams() + "; said " + log;
    }

    @Override
    public void close() {
        tunnel.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        assertEquals(List.of(), Balances.wrong(tunnel.tun().stats()));
        assertEquals(List.of(), Balances.wrong(tunnel.datagrams()));
        assertEquals(List.of(), log);
    }
}
