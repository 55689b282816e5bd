package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** Two hosts of the kernel with nothing between them but two channels that hand each other what they read. */
@NeedsDevices
@ExtendWith(Balances.class)
class BridgeTest {
    private static final int PORT = 7000;
    private static final int MEGABYTES = 4;

    private final TunEventLoopGroup group = new TunEventLoopGroup(1);
    private final Netns left = new Netns();
    private final Netns right = new Netns();

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        left.close();
        right.close();
    }

    private static final class Across extends ChannelInboundHandlerAdapter {
        private volatile TunChannel other;

        @Override
        public void channelRead(ChannelHandlerContext context, Object packet) {
            other.write(packet, other.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            other.flush();
        }
    }

    private TunChannel bind(Netns netns, Across handler, String... addresses) {
        return (TunChannel) new Bootstrap().group(group).channelFactory(Balances::watched).handler(handler)
                .option(ChannelOption.AUTO_READ, false)
                .option(TunChannelOption.TUN_NETNS, netns.name())
                .option(TunChannelOption.TUN_ADDRESSES, List.of(addresses))
                .bind(new TunAddress("tun0")).syncUninterruptibly().channel();
    }

    private void join() {
        Across fromLeft = new Across();
        Across fromRight = new Across();
        fromRight.other = bind(left, fromLeft, "10.9.0.1/24", "fd09::1/64");
        fromLeft.other = bind(right, fromRight, "10.9.0.2/24", "fd09::2/64");
        fromRight.other.config().setAutoRead(true);
        fromLeft.other.config().setAutoRead(true);
    }

    @ParameterizedTest
    @CsvSource({"10.9.0.1, 10.9.0.2", "10.9.0.2, 10.9.0.1", "fd09::1, fd09::2", "fd09::2, fd09::1"})
    void bulkTcp(String client, String server) throws Exception {
        join();
        byte[] sent = new byte[MEGABYTES << 20];
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

    @ParameterizedTest
    @CsvSource({"10.9.0.1, 10.9.0.2, INET", "fd09::2, fd09::1, INET6"})
    void datagramsThereAndBack(String client, String server, StandardProtocolFamily family) throws Exception {
        join();
        InetSocketAddress there = new InetSocketAddress(InetAddress.getByName(server), PORT);
        try (DatagramChannel answering = in(server, () -> DatagramChannel.open(family));
                DatagramChannel asking = in(client, () -> DatagramChannel.open(family))) {
            answering.bind(there);
            asking.bind(new InetSocketAddress(InetAddress.getByName(client), PORT)).connect(there);
            for (int i = 0; i < 100; i++) {
                asking.write(ByteBuffer.allocate(4).putInt(0, i));
                ByteBuffer buffer = ByteBuffer.allocate(100);
                InetSocketAddress from = (InetSocketAddress) answering.receive(buffer);
                answering.send(buffer.flip(), from);
                ByteBuffer answer = ByteBuffer.allocate(100);
                asking.read(answer);
                assertEquals(i, answer.getInt(0));
            }
        }
    }

    private <T> T in(String address, Callable<T> open) throws Exception {
        return (address.endsWith("1") ? left : right).namespace().call(open);
    }
}
