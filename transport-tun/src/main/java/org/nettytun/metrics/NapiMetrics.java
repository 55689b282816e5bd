package org.nettytun.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.NapiCounter;

/**
 * Publishes what an allocator of packets does. Any thread; reads only when it is scraped. It goes beside Micrometer's
 * own {@code NettyAllocatorMetrics}, which tells the bytes.
 */
public final class NapiMetrics implements MeterBinder, AutoCloseable {
    private final NapiByteBufAllocator allocator;
    private final Tags tags;
    private final Bindings bindings = new Bindings();

    /** @param name the value of the tag {@code allocator}, to tell several apart */
    public NapiMetrics(NapiByteBufAllocator allocator, String name) {
        this.allocator = allocator;
        this.tags = Tags.of("allocator", name);
    }

    /** @throws IllegalStateException if an allocator of that name is published there already */
    @Override
    public void bindTo(MeterRegistry registry) {
        count(registry, TunMeter.BUFFER_GETS, tags.and("result", "cache"), NapiCounter.GET_CACHED);
        count(registry, TunMeter.BUFFER_GETS, tags.and("result", "refill"), NapiCounter.GET_REFILLED);
        count(registry, TunMeter.BUFFER_GETS, tags.and("result", "shortfall"), NapiCounter.SHORTFALL);
        count(registry, TunMeter.BUFFER_RETURNS, tags.and("place", "local"), NapiCounter.RETURN_LOCAL);
        count(registry, TunMeter.BUFFER_RETURNS, tags.and("place", "deferred"), NapiCounter.RETURN_DEFERRED);
        count(registry, TunMeter.BUFFER_RETURNS, tags.and("place", "shared"), NapiCounter.RETURN_SHARED);
        count(registry, TunMeter.BUFFER_WAKEUPS, tags, NapiCounter.WAKE_UP);
        count(registry, TunMeter.BUFFER_HEADS, tags.and("verb", "taken"), NapiCounter.TAKEN);
        count(registry, TunMeter.BUFFER_HEADS, tags.and("verb", "consumed"), NapiCounter.CONSUMED);
        count(registry, TunMeter.BUFFER_HEADS, tags.and("verb", "sent"), NapiCounter.SENT);
        count(registry, TunMeter.BUFFER_HEADS, tags.and("verb", "dropped"), NapiCounter.DROPPED);
        bindings.bind(registry, TunMeter.BUFFER_ALIVE, tags, allocator, NapiByteBufAllocator::alive);
        bindings.bind(registry, TunMeter.BUFFER_SLAB_BYTES, tags, allocator, NapiByteBufAllocator::slabBytes);
        bindings.bind(registry, TunMeter.BUFFER_SLOTS, tags, allocator, NapiByteBufAllocator::taken);
        bindings.bind(registry, TunMeter.BUFFER_HIGH_WATER, tags, allocator, NapiByteBufAllocator::highWater);
    }

    private void count(MeterRegistry registry, TunMeter meter, Tags all, NapiCounter what) {
        bindings.bind(registry, meter, all, allocator, from -> from.count(what));
    }

    @Override
    public void close() {
        bindings.close();
    }
}
