package org.nettytun.examples.router;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.channel.TunAddress;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.channel.TunPair;
import org.nettytun.fixture.Balances;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

/** The router between two pairs; the test stands at their far ends. Port 0 is 10.1/fd01, port 1 is 10.2/fd02. */
final class PairRouter implements AutoCloseable {
    private static final String A = "a0,host=10.1.0.1/24,host=fd01::1/64,router=10.1.0.254,router=fd01::fe";
    private static final String B = "b0,host=10.2.0.1/24,host=fd02::1/64,router=10.2.0.254,router=fd02::fe,mtu=1400";

    private final Balances.Heads heads = Balances.Heads.now();
    private final EventLoopGroup far = new TunEventLoopGroup(1);
    private final List<TunChannel> ends = new ArrayList<>();
    private final List<BlockingQueue<ByteBuf>> arrived = List.of(new LinkedBlockingQueue<>(),
            new LinkedBlockingQueue<>());
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final RouterPlan plan;
    private final Router router;

    PairRouter(int icmpPerSecond) throws Exception {
        this(icmpPerSecond, null);
    }

    /** @param routesFile further routes, or null */
    PairRouter(int icmpPerSecond, Path routesFile) throws Exception {
        TunEventLoopGroup near = new TunEventLoopGroup(1);
        List<List<TunChannel>> queues = new ArrayList<>();
        for (BlockingQueue<ByteBuf> queue : arrived) {
            TunPair pair = TunPair.open();
            queues.add(List.of(bind(near, pair.first(), new ChannelInboundHandlerAdapter(), false)));
            ends.add(bind(far, pair.second(), new Recorder(queue), true));
        }
        plan = new RouterPlan(List.of(InterfaceSpec.parse(A), InterfaceSpec.parse(B)),
                List.of(StaticRoute.parse("10.9.0.0/16,interface=b0")), routesFile, icmpPerSecond);
        router = Router.over(plan, near, queues, log::add);
    }

    private static TunChannel bind(EventLoopGroup group, TunAddress end, ChannelHandler handler, boolean autoRead)
            throws InterruptedException {
        return (TunChannel) new Bootstrap().group(group).channel(TunChannel.class)
                .option(ChannelOption.AUTO_READ, autoRead)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Router.WATER_MARK)
                .handler(handler).bind(end).sync().channel();
    }

    Router router() {
        return router;
    }

    RouterPlan plan() {
        return plan;
    }

    /** What the router said. */
    List<String> log() {
        return log;
    }

    /** The far end of a port. */
    TunChannel end(int port) {
        return ends.get(port);
    }

    void send(int port, ByteBuf packet) {
        ends.get(port).writeAndFlush(packet).syncUninterruptibly();
    }

    /** The next packet that comes out of a port; the caller's, on the heap. */
    ByteBuf receive(int port) throws InterruptedException {
        ByteBuf packet = arrived.get(port).poll(5, TimeUnit.SECONDS);
        assertNotNull(packet, () -> "nothing came out of port " + port + "; dropped: " + drops());
        return packet;
    }

    /** Waits until a packet was dropped at port 0 for that reason, and says what came out until then: nothing. */
    void assertDropped(DropReason reason) {
        assertDropped(reason, 1);
        assertEquals(0, arrived.get(0).size() + arrived.get(1).size(), "nothing may come out");
    }

    void assertDropped(DropReason reason, long count) {
        Eventually.await(() -> stats(reason) >= count, () -> reason.name() + " expected, dropped: " + drops());
        assertEquals(count, stats(reason));
    }

    private long stats(DropReason reason) {
        return router.channels().get(0).stats().dropped(Direction.INBOUND, reason);
    }

    private String drops() {
        return router.channels().stream().map(channel -> channel.stats().toString()).toList().toString();
    }

    @Override
    public void close() {
        far.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        router.close();
        router.channels().forEach(channel -> assertEquals(List.of(), Balances.wrong(channel.stats())));
        assertEquals(List.of(), heads.wrongSince());
    }

    private static final class Recorder extends SimpleChannelInboundHandler<PacketBuf> {
        private final BlockingQueue<ByteBuf> queue;

        Recorder(BlockingQueue<ByteBuf> queue) {
            this.queue = queue;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, PacketBuf packet) {
            queue.add(Unpooled.copiedBuffer(packet));
        }
    }
}
