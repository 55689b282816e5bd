package org.nettytun.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The meters that a binder has put into registries, to take them out again. Any thread. Closed, it stays closed. */
final class Bindings implements AutoCloseable {
    private record Bound(MeterRegistry registry, Meter meter) {
    }

    private final List<Bound> bound = new ArrayList<>();
    private boolean closed;

    /**
     * Registers one; after the close, none: a channel may close while it is bound, and nobody would take it out again.
     *
     * @param source read when somebody scrapes; held weakly, so somebody else must hold it
     * @throws IllegalStateException if there is one of that name and these tags: Micrometer would keep the old one and
     *                               say nothing
     */
    synchronized <T> void bind(MeterRegistry registry, TunMeter what, Tags tags, T source,
                               ToDoubleFunction<T> value) {
        if (closed) {
            return;
        }
        if (registry.find(what.key()).tags(tags).meter() != null) {
            throw new IllegalStateException(what.key() + tags + " is bound already: close what bound it, or tell them"
                    + " apart by a tag; the queues of one device go into one TunMetrics");
        }
        Meter meter = what.type() == Meter.Type.COUNTER
                ? FunctionCounter.builder(what.key(), source, value).baseUnit(what.baseUnit())
                        .description(what.description()).tags(tags).register(registry)
                : Gauge.builder(what.key(), source, value).baseUnit(what.baseUnit())
                        .description(what.description()).tags(tags).register(registry);
        bound.add(new Bound(registry, meter));
    }

    /** Takes all out of their registries. */
    @Override
    public synchronized void close() {
        closed = true;
        bound.forEach(each -> each.registry().remove(each.meter()));
        bound.clear();
    }
}
