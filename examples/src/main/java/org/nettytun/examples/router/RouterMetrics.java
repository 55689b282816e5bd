package org.nettytun.examples.router;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyEventExecutorMetrics;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.channel.TunChannel;
import org.nettytun.metrics.ApplicationMetrics;
import org.nettytun.metrics.LoopMetrics;
import org.nettytun.metrics.NapiMetrics;
import org.nettytun.metrics.TunMetrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * Publishes all there is of a router.
 *
 * @param router alive as long as the registry
 */
record RouterMetrics(Router router) implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        Map<String, List<TunChannel>> devices = router.channels().stream()
                .collect(Collectors.groupingBy(channel -> channel.localAddress().name()));
        devices.values().forEach(queues -> new TunMetrics(queues, Tags.empty()).bindTo(registry));
        new LoopMetrics(router.group(), "router").bindTo(registry);
        new NettyEventExecutorMetrics(router.group()).bindTo(registry);
        new NapiMetrics(NapiByteBufAllocator.DEFAULT, "default").bindTo(registry);
        new NettyAllocatorMetrics(NapiByteBufAllocator.DEFAULT).bindTo(registry);
        new ApplicationMetrics(router.ledger()).bindTo(registry);
        count(registry, "sent", router.icmpSent());
        count(registry, "suppressed", router.icmpSuppressed());
    }

    private static void count(MeterRegistry registry, String outcome, LongAdder counter) {
        FunctionCounter.builder("router.icmp.errors", counter, LongAdder::sum).tag("outcome", outcome)
                .description("ICMP errors that were due: sent, or suppressed by the limit").register(registry);
    }
}
