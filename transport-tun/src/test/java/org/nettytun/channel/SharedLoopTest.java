package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.Eventually;

import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** TUN queues, UDP and TCP on one thread; and the loops on which a {@link TunChannel} runs. */
class SharedLoopTest extends DeviceTest {
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger tcp = new AtomicInteger();
    private final AtomicInteger udp = new AtomicInteger();
    private final Recorder recorder = new Recorder((context, packet) -> threads.add(Thread.currentThread()));

    @Test
    void oneLoopCarriesATunAUdpAndATcpChannel() throws Exception {
        allOn(new TunEventLoopGroup(1));
    }

    @Test
    void soDoesAPlainEpollLoop() throws Exception {
        allOn(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()));
    }

    private void allOn(EventLoopGroup loop) throws Exception {
        try {
            Channel server = new ServerBootstrap().group(loop).channel(EpollServerSocketChannel.class)
                    .childHandler(new Counter(tcp)).bind(new InetSocketAddress("127.0.0.1", 0)).sync().channel();
            Channel datagrams = new Bootstrap().group(loop).channel(EpollDatagramChannel.class)
                    .handler(new Counter(udp)).bind(new InetSocketAddress("127.0.0.1", 0)).sync().channel();
            Set<Long> before = threadIds();
            bootstrap(recorder).clone(loop).bind(new TunAddress("tun0")).sync();

            Channel client = new Bootstrap().group(loop).channel(EpollSocketChannel.class)
                    .handler(new Counter(new AtomicInteger())).connect(server.localAddress()).sync().channel();
            client.writeAndFlush(Unpooled.wrappedBuffer(new byte[10]));
            datagrams.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(new byte[10]),
                    (InetSocketAddress) datagrams.localAddress()));
            kernelSends(netns, 100);

            recorder.awaitPacket();
            Eventually.await(() -> tcp.get() == 1 && udp.get() == 1, () -> "tcp=" + tcp + ", udp=" + udp);
            assertEquals(1, threads.size(), threads::toString);
            Set<Long> started = threadIds();
            started.removeAll(before);
            assertEquals(Set.of(), started, () -> "a thread was started: " + Thread.getAllStackTraces().keySet());
        } finally {
            loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    private static Set<Long> threadIds() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getId).collect(Collectors.toSet());
    }

    @Test
    void aNioLoopIsRefusedWithASentence() throws Exception {
        EventLoopGroup nio = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Throwable refusal = bootstrap(recorder).clone(nio).bind(new TunAddress("tun0")).await().cause();
        assertInstanceOf(IllegalStateException.class, refusal);
        assertTrue(refusal.getMessage().contains("TunEventLoopGroup"), refusal::getMessage);
        nio.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    @Test
    void aGroupThatShutsDownClosesItsChannels() throws Exception {
        TunEventLoopGroup own = new TunEventLoopGroup(1);
        Channel tun = bootstrap(recorder).clone(own).bind(new TunAddress("tun0")).sync().channel();
        own.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        assertTrue(tun.closeFuture().isDone());
        assertTrue(netns.ip("link").lines().noneMatch(line -> line.contains("tun0")));
    }

    @Sharable
    private final class Counter extends ChannelInboundHandlerAdapter {
        private final AtomicInteger messages;

        Counter(AtomicInteger messages) {
            this.messages = messages;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            threads.add(Thread.currentThread());
            messages.incrementAndGet();
            ReferenceCountUtil.release(message);
        }
    }
}
