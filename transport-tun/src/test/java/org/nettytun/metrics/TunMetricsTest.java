package org.nettytun.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.channel.TunPair;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.offload.Partial;
import org.nettytun.offload.Segments;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.DropReasons;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TunMetricsTest {
    private final TunEventLoopGroup group = new TunEventLoopGroup(1);
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final ExecutorService elsewhere = Executors.newSingleThreadExecutor();

    /** A reason of an application's, which is known when the test is under way. */
    private enum Policy implements DropReason {
        NOT_ALLOWED
    }

    private enum Later implements DropReason {
        KNOWN_LATER
    }

    @AfterEach
    void stop() {
        elsewhere.shutdown();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private TunChannel bind() throws Exception {
        TunPair pair = TunPair.open();
        Bootstrap bootstrap = new Bootstrap().group(group).channel(TunChannel.class)
                .handler(new NoHandler());
        bootstrap.bind(pair.second()).sync();
        return (TunChannel) bootstrap.bind(pair.first()).sync().channel();
    }

    private FunctionCounter counter(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter();
    }

    @Test
    void whatWentThroughAndWhatWasDropped() throws Exception {
        TunChannel channel = bind();
        new TunMetrics(channel).bindTo(registry);

        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[100])).sync();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).await();
        channel.write(Unpooled.wrappedBuffer(new byte[10]));
        channel.eventLoop().submit(() -> { }).sync();

        assertEquals(1, counter("netty.tun.packets", "direction", "outbound", "queue", "0").count());
        assertEquals(100, counter("netty.tun.bytes", "direction", "outbound").count());
        assertEquals(0, counter("netty.tun.packets", "direction", "inbound").count());
        assertEquals(1, counter("netty.tun.drops", "direction", "outbound", "reason", "PKT_TOO_SMALL").count());
        assertEquals(3, counter("netty.tun.ledger", "term", "accepted").count());
        assertEquals(1, counter("netty.tun.ledger", "term", "refused").count());
        assertEquals(1, registry.get("netty.tun.pending").gauge().value());
        assertEquals(0, counter("netty.tun.offload", "term", "split").count());
    }

    @Test
    void superPacketsAndWhatWasDoneForThem() throws Exception {
        TunChannel channel = bind();
        new TunMetrics(channel).bindTo(registry);

        channel.writeAndFlush(Partial.superPacket(new Segments(false, true), 4500, 1000)).sync();
        channel.writeAndFlush(Partial.packet(new Segments(false, true), 100)).sync();
        assertEquals(1, counter("netty.tun.offload", "term", "split").count());
        assertEquals(5, counter("netty.tun.offload", "term", "segments").count());
        for (String term : List.of("super_read", "segments_read", "super_sent", "segments_sent", "merged",
                "offload_refused")) {
            assertEquals(0, counter("netty.tun.offload", "term", term).count());
        }
        assertEquals(1, counter("netty.tun.offload", "term", "completed").count());
    }

    @Test
    void everyReasonIsThereBeforeItsFirstDropAndLaterOnesJoin() throws Exception {
        TunChannel channel = bind();
        TunMetrics metrics = new TunMetrics(channel);
        metrics.bindTo(registry);
        for (DropReason reason : DropReasons.all()) {
            for (Direction direction : Direction.values()) {
                assertEquals(0, counter("netty.tun.drops", "direction", direction.tag(), "reason", reason.name())
                        .count());
            }
        }
        channel.stats().drop(Policy.NOT_ALLOWED, 9);
        assertEquals(1, counter("netty.tun.drops", "direction", "inbound", "reason", "NOT_ALLOWED").count());
        metrics.close();
        assertEquals(List.<Meter>of(), registry.getMeters());
    }

    @Test
    void theMetersGoWithTheChannelAndComeWithTheNext() throws Exception {
        for (int i = 0; i < 3; i++) {
            TunChannel channel = bind();
            new TunMetrics(channel).bindTo(registry);
            assertTrue(registry.getMeters().size() > DropReasons.all().size());
            channel.close().sync();
            assertEquals(List.<Meter>of(), registry.getMeters());
        }
    }

    /** Nobody would take them out, and the next device of that name could not be bound. */
    @Test
    void whatIsBoundAfterTheCloseLeavesNoMeters() throws Exception {
        TunChannel channel = bind();
        TunMetrics metrics = new TunMetrics(channel);
        channel.close().sync();
        metrics.bindTo(registry);
        channel.stats().drop(Later.KNOWN_LATER, 9);
        assertEquals(List.<Meter>of(), registry.getMeters());
    }

    @Test
    void whatIsBoundWhileItClosesLeavesNoMeters() throws Exception {
        for (int i = 0; i < 50; i++) {
            TunChannel channel = bind();
            TunMetrics metrics = new TunMetrics(channel);
            CompletableFuture<Void> binding = CompletableFuture.runAsync(() -> metrics.bindTo(registry), elsewhere);
            channel.close().sync();
            binding.join();
            assertEquals(List.<Meter>of(), registry.getMeters());
        }
    }

    @Test
    void severalRegistries() throws Exception {
        TunChannel channel = bind();
        TunMetrics metrics = new TunMetrics(channel);
        CompositeMeterRegistry both = new CompositeMeterRegistry();
        SimpleMeterRegistry simple = new SimpleMeterRegistry();
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        both.add(simple).add(prometheus);
        metrics.bindTo(registry);
        metrics.bindTo(both);
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[100])).sync();

        assertEquals(1, counter("netty.tun.packets", "direction", "outbound").count());
        assertEquals(1, simple.get("netty.tun.packets").tag("direction", "outbound").functionCounter().count());
        String device = channel.localAddress().name();
        String line = "netty_tun_packets_total{device=\"" + device + "\",direction=\"outbound\",queue=\"0\"} 1.0";
        assertTrue(prometheus.scrape().contains(line), prometheus::scrape);
        channel.close().sync();
        assertEquals(0, registry.getMeters().size() + both.getMeters().size() + simple.getMeters().size());
        assertEquals("", prometheus.scrape());
    }

    @Test
    void whatIsBoundAlreadyIsRefused() throws Exception {
        TunChannel channel = bind();
        new TunMetrics(channel).bindTo(registry);
        TunMetrics again = new TunMetrics(channel);
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> again.bindTo(registry));
        assertTrue(e.getMessage().contains("netty.tun.drops") && e.getMessage().contains("bound already"));
        TunMetrics apart = new TunMetrics(List.of(channel), Tags.of("netns", "blue"));
        assertThrows(IllegalStateException.class, () -> new TunMetrics(channel).bindTo(registry));
        apart.bindTo(registry);
        assertEquals(0, counter("netty.tun.packets", "direction", "outbound", "netns", "blue").count());
    }

    @Test
    void queuesOfSeveralDevicesAreRefused() throws Exception {
        List<TunChannel> two = List.of(bind(), bind());
        assertThrows(IllegalArgumentException.class, () -> new TunMetrics(two, Tags.empty()));
    }

    @Test
    void aChannelThatIsNotBoundHasNoName() {
        TunChannel unbound = new TunChannel();
        assertThrows(IllegalStateException.class, () -> new TunMetrics(unbound));
    }

    @Test
    void loops() throws Exception {
        TunEventLoopGroup two = new TunEventLoopGroup(2);
        new LoopMetrics(two, "two").bindTo(registry);
        two.next().submit(() -> { }).sync();
        two.next().submit(() -> { }).sync();
        two.next().submit(() -> { }).sync();
        assertTrue(counter("netty.tun.loop.passes", "loop", "two-0").count() > 0);
        assertTrue(counter("netty.tun.loop.events", "loop", "two-1").count() >= 0);
        two.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        // The group's listeners run on a thread of their own.
        Eventually.await(() -> registry.getMeters().isEmpty(), () -> registry.getMeters().toString());
    }

    @Test
    void anApplicationsLedger() {
        TunStats router = new TunStats("router");
        ApplicationMetrics metrics = new ApplicationMetrics(router);
        metrics.bindTo(registry);
        router.count(Term.ORIGINATED, 56);
        router.drop(KernelDropReason.QDISC_DROP, 56);
        assertEquals(1, counter("netty.tun.application.packets", "application", "router", "term", "originated")
                .count());
        assertEquals(56, counter("netty.tun.application.bytes", "term", "originated").count());
        assertEquals(1, counter("netty.tun.application.drops", "reason", "QDISC_DROP").count());
        metrics.close();
        assertEquals(List.<Meter>of(), registry.getMeters());
    }
}
