package org.nettytun.examples.demo;

import org.nettytun.channel.TunChannel;
import org.nettytun.examples.router.Router;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The table at the end. Belongs to one thread. */
final class Report {
    private final List<Row> rows = new ArrayList<>();
    private final List<String> totals = new ArrayList<>();
    private final Consumer<String> say;

    /** @param say takes lines for the user */
    Report(Consumer<String> say) {
        this.say = say;
    }

    /** Says what was measured, and keeps it for the table. */
    void add(Row row) {
        rows.add(row);
        if (row.sent() > 0) {
            say.accept(row.what() + ": " + row.received() + " of " + row.sent());
        } else {
            say.accept(String.format(Locale.ROOT, "%s: %.2f Gb/s", row.what(), row.gigabitsASecond()));
        }
    }

    /** What went through the router. Its own word: inbound from the kernels, outbound to them. */
    void count(Router router) {
        long inbound = 0;
        long outbound = 0;
        Map<DropReason, Long> drops = new TreeMap<>(Comparator.comparing(DropReason::name));
        for (TunChannel channel : router.channels()) {
            inbound += channel.stats().packets(Direction.INBOUND);
            outbound += channel.stats().packets(Direction.OUTBOUND);
            for (Direction direction : Direction.values()) {
                channel.stats().drops(direction).forEach((reason, count) -> drops.merge(reason, count, Long::sum));
            }
        }
        totals.add("router: packets in " + inbound + ", out " + outbound + ", dropped "
                + drops.values().stream().mapToLong(Long::longValue).sum() + (drops.isEmpty() ? "" : " " + drops));
        totals.add("ICMP errors: sent " + router.icmpSent().sum() + ", suppressed " + router.icmpSuppressed().sum());
    }

    void print() {
        say.accept("");
        say.accept(Row.HEAD.stripTrailing());
        rows.forEach(row -> say.accept(row.toString().stripTrailing()));
        totals.forEach(say);
    }

    boolean isGood() {
        return rows.stream().allMatch(Row::isGood);
    }
}
