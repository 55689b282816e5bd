package org.nettytun.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nettytun.channel.TunAddress;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunChannelOption;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.channel.TunQueues;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.stats.Direction;

import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** What the interface has counted, beside what we have. */
@NeedsDevices
class KernelMetricsTest {
    private final TunEventLoopGroup group = new TunEventLoopGroup(1);
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Netns netns = new Netns();

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        netns.close();
    }

    private Bootstrap bootstrap() {
        netns.exec("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
        return new Bootstrap().group(group).channel(TunChannel.class).handler(new NoHandler())
                .option(TunChannelOption.TUN_NETNS, netns.name())
                .option(TunChannelOption.TUN_ADDRESSES, List.of("10.7.0.1/24"));
    }

    private double kernel(String what, Direction direction) {
        return registry.get("netty.tun.kernel." + what).tag("device", "tun0").tag("direction", direction.tag())
                .functionCounter().count();
    }

    private void kernelSends(int packets) {
        netns.exec("bash", "-c", "for i in $(seq " + packets + "); do echo -n x > /dev/udp/10.7.0.2/9; done");
    }

    /** We read too slowly: the kernel's {@code FULL_RING}, which it alone can count. */
    @Test
    void aFullQueueIsSeen() throws Exception {
        TunChannel tun = (TunChannel) bootstrap().option(ChannelOption.AUTO_READ, false)
                .option(TunChannelOption.TUN_TX_QUEUE_LENGTH, 5).bind(new TunAddress("tun0")).sync().channel();
        new TunMetrics(tun).bindTo(registry);
        kernelSends(20);
        assertEquals(15, kernel("drops", Direction.INBOUND));
        assertEquals(0, tun.stats().packets(Direction.INBOUND));
        tun.config().setAutoRead(true);
        Eventually.await(() -> tun.stats().packets(Direction.INBOUND) == 5, tun.stats()::toString);
        assertEquals(5, kernel("packets", Direction.INBOUND));
        assertEquals(5 * 29, kernel("bytes", Direction.INBOUND));
    }

    @Test
    void bothDirectionsAndAfterTheEnd() throws Exception {
        TunChannel tun = (TunChannel) bootstrap().bind(new TunAddress("tun0")).sync().channel();
        new TunMetrics(tun).bindTo(registry);
        tun.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {0x45, 0, 0, 20})).sync();
        tun.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {0x55, 0, 0, 20})).await();
        assertEquals(1, kernel("packets", Direction.OUTBOUND));
        assertEquals(4, kernel("bytes", Direction.OUTBOUND));
        assertEquals(1, kernel("drops", Direction.OUTBOUND));
        assertEquals(0, kernel("errors", Direction.OUTBOUND));
        tun.close().sync();
        assertEquals(0, registry.getMeters().size());
    }

    @Test
    void queuesOfOneDeviceShareItsDropsAndItsInterface() throws Exception {
        TunQueues queues = TunQueues.bind(bootstrap().option(TunChannelOption.TUN_QUEUES, 2), new TunAddress("tun0"))
                .sync().getNow();
        new TunMetrics(queues.channels(), Tags.empty()).bindTo(registry);
        for (TunChannel queue : queues.channels()) {
            queue.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {0x55, 0, 0, 20})).await();
            queue.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {0x45, 0, 0, 20})).sync();
        }
        assertEquals(2, registry.get("netty.tun.drops").tags("direction", "outbound", "reason", "INVALID_PROTO")
                .functionCounter().count());
        for (String queue : new String[] {"0", "1"}) {
            assertEquals(1, registry.get("netty.tun.packets").tags("direction", "outbound", "queue", queue)
                    .functionCounter().count());
        }
        assertEquals(2, kernel("packets", Direction.OUTBOUND));
        assertEquals(2, kernel("drops", Direction.OUTBOUND));
        queues.channels().get(0).close().sync();
        queues.channels().get(1).writeAndFlush(Unpooled.wrappedBuffer(new byte[] {0x45, 0, 0, 20})).sync();
        assertEquals(3, kernel("packets", Direction.OUTBOUND), "the other queue asks now");
        queues.close().sync();
        assertEquals(0, registry.getMeters().size());
    }

    /** They are to be in one {@code TunMetrics}; the second is refused before it has put anything there. */
    @Test
    void queuesOfOneDeviceApartAreRefused() throws Exception {
        TunQueues queues = TunQueues.bind(bootstrap().option(TunChannelOption.TUN_QUEUES, 2), new TunAddress("tun0"))
                .sync().getNow();
        new TunMetrics(queues.channels().get(0)).bindTo(registry);
        int meters = registry.getMeters().size();
        TunMetrics apart = new TunMetrics(queues.channels().get(1));
        assertThrows(IllegalStateException.class, () -> apart.bindTo(registry));
        assertEquals(meters, registry.getMeters().size());
    }
}
