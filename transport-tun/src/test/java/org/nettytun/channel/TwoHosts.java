package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.SegmentedDatagramPacket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.fixture.Balances;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** Two hosts of the kernel with nothing between them but two channels that hand each other what they read. */
@NeedsDevices
@ExtendWith(Balances.class)
abstract class TwoHosts {
    static final int PORT = 7000;
    static final int DATAGRAMS = 40;
    private static final int SEGMENT = 1200;
    private static final int LAST_SEGMENT = 7;

    final TunEventLoopGroup group = new TunEventLoopGroup(1);
    final Netns left = new Netns();
    final Netns right = new Netns();
    TunChannel onLeft;
    TunChannel onRight;

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        left.close();
        right.close();
    }

    private static final class Across extends ChannelInboundHandlerAdapter {
        private final Predicate<PacketBuf> passes;
        private volatile TunChannel other;

        Across(Predicate<PacketBuf> passes) {
            this.passes = passes;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object packet) {
            if (passes.test((PacketBuf) packet)) {
                other.write(packet, other.voidPromise());
            } else {
                ((PacketBuf) packet).consume();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            other.flush();
        }
    }

    private TunChannel bind(Netns netns, Across handler, Set<TunOffload> offloads, String... addresses) {
        return (TunChannel) new Bootstrap().group(group).channelFactory(Balances::watched).handler(handler)
                .option(ChannelOption.AUTO_READ, false)
                .option(TunChannelOption.TUN_OFFLOADS, offloads)
                .option(TunChannelOption.TUN_NETNS, netns.name())
                .option(TunChannelOption.TUN_ADDRESSES, List.of(addresses))
                .bind(new TunAddress("tun0")).syncUninterruptibly().channel();
    }

    void join() {
        join(Set.of(), Set.of(), packet -> true);
    }

    /** @param passes what else is lost on the way from left to right and from right to left */
    void join(Set<TunOffload> leftHas, Set<TunOffload> rightHas, Predicate<PacketBuf> passes) {
        Across fromLeft = new Across(passes);
        Across fromRight = new Across(passes);
        onLeft = bind(left, fromLeft, leftHas, "10.9.0.1/24", "fd09::1/64");
        onRight = bind(right, fromRight, rightHas, "10.9.0.2/24", "fd09::2/64");
        fromRight.other = onLeft;
        fromLeft.other = onRight;
        onLeft.config().setAutoRead(true);
        onRight.config().setAutoRead(true);
    }

    /** Whose address it is. */
    <T> T in(String address, Callable<T> open) throws Exception {
        return (address.endsWith("1") ? left : right).namespace().call(open);
    }

    /** So many bytes of TCP, and what comes is what was sent. */
    void transfer(String client, String server, int megabytes) throws Exception {
        byte[] sent = new byte[megabytes << 20];
        new Random(1).nextBytes(sent);
        try (ServerSocketChannel listener = in(server, ServerSocketChannel::open);
                SocketChannel socket = in(client, SocketChannel::open)) {
            listener.bind(new InetSocketAddress(InetAddress.getByName(server), PORT));
            CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> receive(listener));
            socket.connect(new InetSocketAddress(InetAddress.getByName(server), PORT));
            ByteBuffer rest = ByteBuffer.wrap(sent);
            while (rest.hasRemaining()) {
                socket.write(rest);
            }
            socket.shutdownOutput();
            assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(sent), received.get(60, TimeUnit.SECONDS));
        }
    }

    private static byte[] receive(ServerSocketChannel listener) {
        try (SocketChannel socket = listener.accept()) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            while (socket.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
            return digest.digest();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** So many times {@link #DATAGRAMS} in one call, by UDP_SEGMENT, and each that comes is as long as it was sent. */
    void datagrams(String client, String server, int times) throws Exception {
        InetSocketAddress there = new InetSocketAddress(InetAddress.getByName(server), PORT);
        MessageDigest sent = MessageDigest.getInstance("SHA-256");
        MessageDigest received = MessageDigest.getInstance("SHA-256");
        try (DatagramChannel receiver = in(server, () -> DatagramChannel.open(server.contains("::")
                ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET))) {
            receiver.bind(there);
            Bootstrap bootstrap = new Bootstrap().group(group).handler(new ChannelInboundHandlerAdapter())
                    .channelFactory(() -> socket(client));
            Channel sender = bootstrap.bind(new InetSocketAddress(InetAddress.getByName(client), 0)).sync().channel();
            for (int i = 0; i < times; i++) {
                byte[] payload = new byte[SEGMENT * (DATAGRAMS - 1) + LAST_SEGMENT];
                new Random(i).nextBytes(payload);
                sent.update(payload);
                ByteBuf content = Unpooled.directBuffer(payload.length).writeBytes(payload);
                sender.writeAndFlush(new SegmentedDatagramPacket(content, SEGMENT, there)).sync();
                for (int datagram = 0; datagram < DATAGRAMS; datagram++) {
                    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
                    receiver.receive(buffer);
                    assertEquals(datagram < DATAGRAMS - 1 ? SEGMENT : LAST_SEGMENT, buffer.position());
                    received.update(buffer.flip());
                }
            }
            sender.close().sync();
        }
        assertArrayEquals(sent.digest(), received.digest());
    }

    private EpollDatagramChannel socket(String address) {
        try {
            return in(address, () -> new EpollDatagramChannel(address.contains("::") ? SocketProtocolFamily.INET6
                    : SocketProtocolFamily.INET));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
