package org.nettytun.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.nettytun.channel.TunAddress;
import org.nettytun.channel.TunChannel;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.TunStats;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

/**
 * Publishes what went through a queue, and what was dropped, why. Any thread; reads the counters only when it is
 * scraped. Close it with the channel, or dead meters stay behind.
 *
 * <p>{@code netty.tun.packets}, {@code netty.tun.bytes}, {@code netty.tun.drops}: tags {@code device}, {@code queue},
 * {@code direction}; and {@code reason}, one meter for each reason that has occurred.
 */
public final class TunMetrics implements MeterBinder, AutoCloseable {
    private record Bound(MeterRegistry registry, Meter meter) {
    }

    private final TunStats stats; // kept here on purpose: a FunctionCounter holds its source weakly
    private final Tags tags;
    private final List<Bound> bound = new CopyOnWriteArrayList<>();
    private final List<TunStats.Subscription> listening = new CopyOnWriteArrayList<>();

    /** @param channel must be bound: the device's name is a tag */
    public TunMetrics(TunChannel channel) {
        TunAddress address = channel.localAddress();
        if (address == null) {
            throw new IllegalStateException("TunMetrics needs a channel that is bound: channel=" + channel);
        }
        this.stats = channel.stats();
        this.tags = Tags.of("device", address.device(), "queue", Integer.toString(address.queue()));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Direction direction : Direction.values()) {
            Tags both = tags.and("direction", direction.tag());
            bind(registry, "netty.tun.packets", "packets", both, from -> from.packets(direction));
            bind(registry, "netty.tun.bytes", BaseUnits.BYTES, both, from -> from.bytes(direction));
        }
        listening.add(stats.onFirstDrop((direction, reason) -> bindDrops(registry, direction, reason)));
    }

    private void bindDrops(MeterRegistry registry, Direction direction, DropReason reason) {
        bind(registry, "netty.tun.drops", "packets",
                tags.and("direction", direction.tag(), "reason", reason.name()),
                from -> from.dropped(direction, reason));
    }

    private void bind(MeterRegistry registry, String name, String unit, Tags all, ToDoubleFunction<TunStats> value) {
        Meter meter = FunctionCounter.builder(name, stats, value).baseUnit(unit).tags(all).register(registry);
        bound.add(new Bound(registry, meter));
    }

    @Override
    public void close() {
        listening.forEach(TunStats.Subscription::close);
        listening.clear();
        bound.forEach(each -> each.registry().remove(each.meter()));
        bound.clear();
    }
}
