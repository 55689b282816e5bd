package org.nettytun.examples.tunnel;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.metrics.LoopMetrics;
import org.nettytun.metrics.NapiMetrics;
import org.nettytun.metrics.TunMetrics;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.DropReasons;
import org.nettytun.stats.TunStats;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/**
 * Publishes the counters of device, loop and memory, and the socket's: {@code tunnel.datagrams}, {@code
 * tunnel.bytes} and {@code tunnel.drops} by direction and reason, {@code tunnel.missing}.
 *
 * @param tunnel alive as long as the registry
 */
record TunnelMetrics(Tunnel tunnel) implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        new TunMetrics(tunnel.tun()).bindTo(registry);
        new LoopMetrics(tunnel.group(), "tunnel").bindTo(registry);
        new NapiMetrics(NapiByteBufAllocator.DEFAULT, "default").bindTo(registry);
        for (Direction each : Direction.values()) {
            count(registry, "tunnel.datagrams", "Datagrams of the socket", each, from -> from.packets(each));
            count(registry, "tunnel.bytes", "Their payload", each, from -> from.bytes(each));
            for (DropReason reason : DropReasons.all()) {
                count(registry, "tunnel.drops", "Datagrams and packets dropped between socket and device", each,
                        from -> from.dropped(each, reason), "reason", reason.name());
            }
        }
        FunctionCounter.builder("tunnel.missing", tunnel.missing(), LongAdder::sum)
                .description("The peer's datagrams that were never let in").register(registry);
    }

    private void count(MeterRegistry registry, String name, String description, Direction direction,
                       ToDoubleFunction<TunStats> value, String... more) {
        FunctionCounter.builder(name, tunnel.datagrams(), value).description(description)
                .tag("direction", direction.tag()).tags(more).register(registry);
    }
}
