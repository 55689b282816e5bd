package org.nettytun.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocalThread;
import org.junit.jupiter.api.Test;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunStats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NapiMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final NapiByteBufAllocator napi = new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 1536, 1 << 20);

    /** The third balance can be seen: a packet that somebody keeps is alive. */
    @Test
    void headsThatWereTakenHaveEndedOrAreAlive() {
        new NapiMetrics(napi, "test").bindTo(registry);
        PacketBuf kept = napi.allocate();
        for (int i = 0; i < 10; i++) {
            napi.allocate().consume();
        }
        assertEquals(11, heads("taken"));
        assertEquals(10, heads("consumed"));
        assertEquals(1, registry.get("netty.tun.buffer.alive").gauge().value());
        kept.readFrom(new TunStats("test")).drop(KernelDropReason.NOMEM);
        assertEquals(1, heads("dropped"));
        assertEquals(0, registry.get("netty.tun.buffer.alive").gauge().value());
    }

    private double heads(String verb) {
        return registry.get("netty.tun.buffer.heads").tag("verb", verb).functionCounter().count();
    }

    @Test
    void getsReturnsAndBytes() throws Exception {
        new NapiMetrics(napi, "test").bindTo(registry);
        new NettyAllocatorMetrics(napi).bindTo(registry);
        Thread thread = new FastThreadLocalThread(() -> {
            for (int i = 0; i < 10; i++) {
                napi.allocate().release();
            }
        });
        thread.start();
        thread.join();

        double gets = registry.get("netty.tun.buffer.gets").functionCounters().stream()
                .mapToDouble(counter -> counter.count()).sum();
        assertEquals(10, gets);
        assertEquals(10, registry.get("netty.tun.buffer.returns").tag("place", "local").functionCounter().count());
        assertEquals(0, registry.get("netty.tun.buffer.slots").gauge().value());
        assertTrue(registry.get("netty.tun.buffer.high.water").gauge().value() >= 1);
        assertTrue(registry.get("netty.tun.buffer.slab.bytes").gauge().value() > 64 * 1536);
        assertTrue(registry.get("netty.allocator.memory.used").tag("memory.type", "direct").gauge().value()
                > 64 * 1536);
    }
}
