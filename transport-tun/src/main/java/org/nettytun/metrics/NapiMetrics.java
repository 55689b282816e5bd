package org.nettytun.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.NapiCounter;

/**
 * Publishes what an allocator of packets does. Any thread; reads only when it is scraped. It goes beside Micrometer's
 * own {@code NettyAllocatorMetrics}, which tells the bytes.
 *
 * <p>{@code netty.tun.buffer.gets} by {@code result} ({@code cache}, {@code refill}, {@code shortfall}), {@code
 * netty.tun.buffer.returns} by {@code place} ({@code local}, {@code deferred}), {@code netty.tun.buffer.wakeups},
 * {@code netty.tun.buffer.slab.bytes}, {@code netty.tun.buffer.slots} and {@code netty.tun.buffer.slots.max}.
 */
public final class NapiMetrics implements MeterBinder {
    private final NapiByteBufAllocator allocator;
    private final Tags tags;

    /** @param name the value of the tag {@code allocator}, to tell several apart */
    public NapiMetrics(NapiByteBufAllocator allocator, String name) {
        this.allocator = allocator;
        this.tags = Tags.of("allocator", name);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counter(registry, "netty.tun.buffer.gets", tags.and("result", "cache"), NapiCounter.GET_CACHED);
        counter(registry, "netty.tun.buffer.gets", tags.and("result", "refill"), NapiCounter.GET_REFILLED);
        counter(registry, "netty.tun.buffer.gets", tags.and("result", "shortfall"), NapiCounter.SHORTFALL);
        counter(registry, "netty.tun.buffer.returns", tags.and("place", "local"), NapiCounter.RETURN_LOCAL);
        counter(registry, "netty.tun.buffer.returns", tags.and("place", "deferred"), NapiCounter.RETURN_DEFERRED);
        counter(registry, "netty.tun.buffer.wakeups", tags, NapiCounter.WAKE_UP);
        Gauge.builder("netty.tun.buffer.slab.bytes", allocator, NapiByteBufAllocator::slabBytes).tags(tags)
                .baseUnit(BaseUnits.BYTES).strongReference(true).register(registry);
        Gauge.builder("netty.tun.buffer.slots", allocator, NapiByteBufAllocator::taken).tags(tags)
                .strongReference(true).register(registry);
        Gauge.builder("netty.tun.buffer.slots.max", allocator, NapiByteBufAllocator::highWater).tags(tags)
                .strongReference(true).register(registry);
    }

    private void counter(MeterRegistry registry, String name, Tags all, NapiCounter what) {
        FunctionCounter.builder(name, allocator, from -> from.count(what)).tags(all).register(registry);
    }
}
