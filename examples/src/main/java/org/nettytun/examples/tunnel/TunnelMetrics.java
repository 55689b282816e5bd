package org.nettytun.examples.tunnel;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.nettytun.metrics.NapiMetrics;
import org.nettytun.metrics.TunMetrics;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.TunStats;

import java.util.concurrent.atomic.LongAdder;

/**
 * Publishes the device's counters, the memory's, and those of the socket: {@code tunnel.datagrams}, {@code
 * tunnel.bytes} and {@code tunnel.drops} by direction and reason, {@code tunnel.missing}.
 *
 * @param tunnel alive as long as the registry
 */
record TunnelMetrics(Tunnel tunnel) implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        new TunMetrics(tunnel.tun()).bindTo(registry);
        new NapiMetrics(tunnel.allocator(), "tunnel").bindTo(registry);
        TunStats datagrams = tunnel.datagrams();
        for (Direction each : Direction.values()) {
            FunctionCounter.builder("tunnel.datagrams", datagrams, from -> from.packets(each))
                    .tag("direction", each.tag()).register(registry);
            FunctionCounter.builder("tunnel.bytes", datagrams, from -> from.bytes(each))
                    .tag("direction", each.tag()).register(registry);
        }
        datagrams.onFirstDrop((direction, reason) -> bindDrops(registry, direction, reason));
        FunctionCounter.builder("tunnel.missing", tunnel.missing(), LongAdder::sum).register(registry);
    }

    private void bindDrops(MeterRegistry registry, Direction direction, DropReason reason) {
        FunctionCounter.builder("tunnel.drops", tunnel.datagrams(), from -> from.dropped(direction, reason))
                .tags("direction", direction.tag(), "reason", reason.name()).register(registry);
    }
}
