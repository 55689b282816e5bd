package org.nettytun.examples.router;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.nettytun.metrics.TunMetrics;

import java.util.concurrent.atomic.LongAdder;

/**
 * Publishes the counters of all queues, and {@code router.icmp.errors} by outcome.
 *
 * @param router alive as long as the registry
 */
record RouterMetrics(Router router) implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        router.channels().forEach(channel -> new TunMetrics(channel).bindTo(registry));
        count(registry, "sent", router.icmpSent());
        count(registry, "suppressed", router.icmpSuppressed());
    }

    private static void count(MeterRegistry registry, String outcome, LongAdder counter) {
        FunctionCounter.builder("router.icmp.errors", counter, LongAdder::sum).tag("outcome", outcome)
                .register(registry);
    }
}
