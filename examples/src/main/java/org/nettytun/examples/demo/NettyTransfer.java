package org.nettytun.examples.demo;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import org.nettytun.examples.Stop;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Bulk TCP where there is no {@code iperf3}. Its sockets are opened in the namespaces, and used from here. */
final class NettyTransfer {
    private static final int STREAMS = 4;
    private static final int CHUNK = 1 << 16;
    private static final int CONNECT_TIMEOUT_MILLIS = 5000;

    private NettyTransfer() {
    }

    static Row run(Stop stop, Site from, Site to, String what, InetAddress address, int seconds) throws Exception {
        ServerSocketChannel.open().close();   // whatever Java starts for the first channel starts here, not there
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        try {
            LongAdder received = new LongAdder();
            ServerSocketChannel listening = to.namespace().call(ServerSocketChannel::open);
            InetSocketAddress server = (InetSocketAddress) new ServerBootstrap().group(group)
                    .channelFactory(() -> new NioServerSocketChannel(listening)).childHandler(new Sink(received))
                    .bind(new InetSocketAddress(address, 0)).sync().channel().localAddress();
            List<Channel> streams = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                SocketChannel socket = from.namespace().call(SocketChannel::open);
                streams.add(new Bootstrap().group(group).channelFactory(() -> new NioSocketChannel(socket))
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                        .handler(new Source()).connect(server).sync().channel());
            }
            Row row = measure(stop, received, what, seconds);
            for (Channel stream : streams) {
                stream.close().sync();   // before the server's end, or a reset would be their last word
            }
            return row;
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static Row measure(Stop stop, LongAdder received, String what, int seconds) throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        stop.onRequest(stopped::countDown);
        long begin = System.nanoTime();
        long before = received.sum();
        if (stopped.await(seconds, TimeUnit.SECONDS)) {
            throw new DemoFailure("stopped before the end");
        }
        return Row.ofTransfer(what, 8.0 * (received.sum() - before) / (System.nanoTime() - begin));
    }

    /** Sends as fast as it can. */
    private static final class Source extends ChannelInboundHandlerAdapter {
        private final ByteBuf chunk = Unpooled.directBuffer(CHUNK).writerIndex(CHUNK);

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            fill(ctx);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            fill(ctx);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            chunk.release();
        }

        private void fill(ChannelHandlerContext ctx) {
            while (ctx.channel().isWritable()) {
                ctx.write(chunk.retainedDuplicate());   // a void promise would tell of those that the close cut off
            }
            ctx.flush();
        }
    }

    /** Counts, and forgets. */
    @Sharable
    private static final class Sink extends SimpleChannelInboundHandler<ByteBuf> {
        private final LongAdder bytes;

        Sink(LongAdder bytes) {
            this.bytes = bytes;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf piece) {
            bytes.add(piece.readableBytes());
        }
    }
}
