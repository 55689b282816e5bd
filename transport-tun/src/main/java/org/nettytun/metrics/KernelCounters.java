package org.nettytun.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.nettytun.channel.TunChannel;
import org.nettytun.linux.LinkStatistics;
import org.nettytun.stats.Direction;

import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** What the interface itself has counted, in our words: its TX is our inbound. Any thread. */
final class KernelCounters {
    private final TunChannel channel;
    private volatile LinkStatistics last = new LinkStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0);

    KernelCounters(TunChannel channel) {
        this.channel = channel;
    }

    /** As it is now; or, of a device that is gone, as it was. */
    private LinkStatistics now() {
        channel.linkStatistics().ifPresent(found -> last = found);
        return last;
    }

    void bind(Bindings bindings, MeterRegistry registry, Tags tags) {
        Tags inbound = tags.and("direction", Direction.INBOUND.tag());
        Tags outbound = tags.and("direction", Direction.OUTBOUND.tag());
        bindings.bind(registry, TunMeter.KERNEL_PACKETS, inbound, channel, read(LinkStatistics::txPackets));
        bindings.bind(registry, TunMeter.KERNEL_PACKETS, outbound, channel, read(LinkStatistics::rxPackets));
        bindings.bind(registry, TunMeter.KERNEL_BYTES, inbound, channel, read(LinkStatistics::txBytes));
        bindings.bind(registry, TunMeter.KERNEL_BYTES, outbound, channel, read(LinkStatistics::rxBytes));
        bindings.bind(registry, TunMeter.KERNEL_DROPS, inbound, channel, read(LinkStatistics::txDropped));
        bindings.bind(registry, TunMeter.KERNEL_DROPS, outbound, channel, read(LinkStatistics::rxDropped));
        bindings.bind(registry, TunMeter.KERNEL_ERRORS, inbound, channel, read(LinkStatistics::txErrors));
        bindings.bind(registry, TunMeter.KERNEL_ERRORS, outbound, channel,
                read(counted -> counted.rxErrors() + counted.rxFrameErrors()));
    }

    /** A meter holds its source weakly; the channel is held by its loop, and we by this function. */
    private ToDoubleFunction<TunChannel> read(ToLongFunction<LinkStatistics> what) {
        return source -> what.applyAsLong(now());
    }
}
