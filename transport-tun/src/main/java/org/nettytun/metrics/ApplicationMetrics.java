package org.nettytun.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.nettytun.stats.Direction;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

import java.util.List;
import java.util.Locale;

/** Publishes an application's own ledger: packets that it made or changed, and those of its own that it dropped. */
public final class ApplicationMetrics implements MeterBinder, AutoCloseable {
    private static final List<Term> TERMS = List.of(Term.ORIGINATED, Term.COPIED, Term.FRAGMENTED, Term.FRAGMENTS,
            Term.SPLIT, Term.SEGMENTS, Term.MERGED);

    private final TunStats ledger;
    private final Tags tags;
    private final Bindings bindings = new Bindings();
    private final ReasonMeters reasons = new ReasonMeters();

    /** @param ledger its name is the tag {@code application} */
    public ApplicationMetrics(TunStats ledger) {
        this.ledger = ledger;
        this.tags = Tags.of("application", ledger.name());
    }

    /** @throws IllegalStateException if an application of that name is published there already */
    @Override
    public void bindTo(MeterRegistry registry) {
        for (Term term : TERMS) {
            Tags each = tags.and("term", term.name().toLowerCase(Locale.ROOT));
            bindings.bind(registry, TunMeter.APPLICATION_PACKETS, each, ledger, from -> from.packets(term));
            bindings.bind(registry, TunMeter.APPLICATION_BYTES, each, ledger, from -> from.bytes(term));
        }
        reasons.bind(reason -> bindings.bind(registry, TunMeter.APPLICATION_DROPS, tags.and("reason", reason.name()),
                ledger, from -> from.dropped(Direction.OUTBOUND, reason)));
    }

    @Override
    public void close() {
        reasons.close();
        bindings.close();
    }
}
