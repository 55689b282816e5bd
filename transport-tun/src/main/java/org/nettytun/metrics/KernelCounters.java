package org.nettytun.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.nettytun.channel.TunChannel;
import org.nettytun.linux.LinkStatistics;
import org.nettytun.stats.Direction;

import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** What the interface itself has counted, in our words: its TX is our inbound. Any thread. */
final class KernelCounters {
    private final List<TunChannel> queues;
    private volatile LinkStatistics last = new LinkStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** @param queues of one device: the first that is open is asked */
    KernelCounters(List<TunChannel> queues) {
        this.queues = queues;
    }

    private Optional<LinkStatistics> ask() {
        return queues.stream().map(TunChannel::linkStatistics).flatMap(Optional::stream).findFirst();
    }

    /** Whether the kernel shows the device at all. */
    boolean isKnown() {
        return ask().isPresent();
    }

    /** As it is now; or, of a device that is gone, as it was. */
    private LinkStatistics now() {
        ask().ifPresent(found -> last = found);
        return last;
    }

    void bind(Bindings bindings, MeterRegistry registry, Tags tags) {
        Tags inbound = tags.and("direction", Direction.INBOUND.tag());
        Tags outbound = tags.and("direction", Direction.OUTBOUND.tag());
        bindings.bind(registry, TunMeter.KERNEL_PACKETS, inbound, this, read(LinkStatistics::txPackets));
        bindings.bind(registry, TunMeter.KERNEL_PACKETS, outbound, this, read(LinkStatistics::rxPackets));
        bindings.bind(registry, TunMeter.KERNEL_BYTES, inbound, this, read(LinkStatistics::txBytes));
        bindings.bind(registry, TunMeter.KERNEL_BYTES, outbound, this, read(LinkStatistics::rxBytes));
        bindings.bind(registry, TunMeter.KERNEL_DROPS, inbound, this, read(LinkStatistics::txDropped));
        bindings.bind(registry, TunMeter.KERNEL_DROPS, outbound, this, read(LinkStatistics::rxDropped));
        bindings.bind(registry, TunMeter.KERNEL_ERRORS, inbound, this, read(LinkStatistics::txErrors));
        bindings.bind(registry, TunMeter.KERNEL_ERRORS, outbound, this,
                read(counted -> counted.rxErrors() + counted.rxFrameErrors()));
    }

    /** A meter holds its source weakly; we are held by this function. */
    private ToDoubleFunction<KernelCounters> read(ToLongFunction<LinkStatistics> what) {
        return source -> what.applyAsLong(now());
    }
}
