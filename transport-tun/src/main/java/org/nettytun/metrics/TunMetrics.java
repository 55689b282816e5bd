package org.nettytun.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.nettytun.channel.TunAddress;
import org.nettytun.channel.TunChannel;
import org.nettytun.stats.Direction;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publishes the ledgers of a device's queues, and what the interface itself has counted. Any thread; the ledgers are
 * read when somebody scrapes, and the kernel is asked then. Takes its meters away when the last queue is closed, or
 * when it is itself. The device's name in the tags is that at the time of the constructor.
 */
public final class TunMetrics implements MeterBinder, AutoCloseable {
    private static final List<Term> TERMS = List.of(Term.READ, Term.DELIVERED, Term.DROPPED_BEFORE, Term.ACCEPTED,
            Term.SENT, Term.REFUSED, Term.PURGED);
    private static final List<Term> OFFLOAD_TERMS = List.of(Term.SUPER_READ, Term.SEGMENTS_READ, Term.SUPER_SENT,
            Term.SEGMENTS_SENT, Term.SPLIT, Term.SEGMENTS, Term.MERGED, Term.COMPLETED, Term.OFFLOAD_REFUSED);

    private final List<TunChannel> queues;
    private final String device;
    private final Tags more;
    private final Bindings bindings = new Bindings();
    private final ReasonMeters reasons = new ReasonMeters();

    /** @param channel must be bound; the only queue of its device, or the only one to be published */
    public TunMetrics(TunChannel channel) {
        this(List.of(channel), Tags.empty());
    }

    /**
     * All queues of one device together, as drops are counted for the device.
     *
     * @param queues must be bound, as {@code TunQueues.channels()} are
     * @param more   tags that all its meters get, to tell apart devices of one name in several namespaces
     */
    public TunMetrics(Collection<TunChannel> queues, Iterable<Tag> more) {
        this.queues = List.copyOf(queues);
        this.more = Tags.of(more);
        List<String> devices = this.queues.stream().map(TunMetrics::device).distinct().toList();
        if (devices.size() != 1) {
            throw new IllegalArgumentException("TunMetrics is for the queues of one device: devices=" + devices);
        }
        device = devices.get(0);
        AtomicInteger open = new AtomicInteger(this.queues.size());
        for (TunChannel queue : this.queues) {
            queue.closeFuture().addListener(closed -> {
                if (open.decrementAndGet() == 0) {
                    close();
                }
            });
        }
    }

    private static String device(TunChannel channel) {
        TunAddress address = channel.localAddress();
        if (address == null) {
            throw new IllegalStateException("TunMetrics needs a channel that is bound: channel=" + channel);
        }
        return address.name();
    }

    /**
     * Does nothing when the queues are closed.
     *
     * @throws IllegalStateException if a queue of this device is published there already
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        Tags tags = Tags.of("device", device).and(more);
        for (Direction direction : Direction.values()) {
            Tags both = tags.and("direction", direction.tag());
            // First: they are the device's, so of two that are in each other's way the second leaves nothing behind.
            reasons.bind(reason -> bindings.bind(registry, TunMeter.DROPS, both.and("reason", reason.name()), this,
                    from -> from.queues.stream().mapToLong(each -> each.stats().dropped(direction, reason)).sum()));
        }
        for (TunChannel queue : queues) {
            bindQueue(registry, queue);
        }
        KernelCounters kernel = new KernelCounters(queues);
        if (kernel.isKnown()) {
            kernel.bind(bindings, registry, tags);
        }
    }

    private void bindQueue(MeterRegistry registry, TunChannel queue) {
        TunStats stats = queue.stats();
        Tags tags = Tags.of("device", device, "queue", Integer.toString(queue.localAddress().queue())).and(more);
        for (Direction direction : Direction.values()) {
            Tags both = tags.and("direction", direction.tag());
            bindings.bind(registry, TunMeter.PACKETS, both, stats, from -> from.packets(direction));
            bindings.bind(registry, TunMeter.BYTES, both, stats, from -> from.bytes(direction));
        }
        bindTerms(registry, TunMeter.LEDGER, TERMS, tags, stats);
        bindTerms(registry, TunMeter.OFFLOAD, OFFLOAD_TERMS, tags, stats);
        bindings.bind(registry, TunMeter.PENDING, tags, stats, from -> from.packets(Term.PENDING));
    }

    private void bindTerms(MeterRegistry registry, TunMeter meter, List<Term> terms, Tags tags, TunStats stats) {
        for (Term term : terms) {
            bindings.bind(registry, meter, tags.and("term", term.name().toLowerCase(Locale.ROOT)), stats,
                    from -> from.packets(term));
        }
    }

    @Override
    public void close() {
        reasons.close();
        bindings.close();
    }
}
