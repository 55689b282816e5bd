package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.report.Absences;
import org.nettytun.benchmarks.report.Plots;
import org.nettytun.benchmarks.report.Table;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes {@code series.md} and its plot. */
final class SeriesReport {
    private static final List<Metric> COMPARED = List.of(Metric.FORWARDED, Metric.RECEIVED, Metric.CPU);
    private static final String TEXT = """
            # The series' own experiment

            The cover letter of "tun: optimize SKB allocation with NAPI cache" has one figure: iperf3 with UDP as fast
            as it goes (`-b 0 -u`), 6.08 Gbit/s before and 6.36 after, a ratio of 1.046. This is that test of the same
            idea one floor up: the smallest forwarder on our channel, with the better of Netty's two allocators
            (before) and with the NAPI allocator (after), in turn. All else is as in [forward.md](forward.md). The
            ratios are those in the same round.

            """;

    private final Outcome outcome;
    private final List<Load> loads;
    private final Figures figures;

    SeriesReport(Outcome outcome, List<Load> loads) {
        this.outcome = outcome;
        this.loads = loads;
        figures = new Figures(outcome.samples());
    }

    void write() throws IOException {
        StringBuilder text = new StringBuilder(TEXT).append(outcome.describe());
        Map<String, List<Double>> medians = new LinkedHashMap<>();
        for (Load load : loads) {
            text.append("\n## ").append(load.description()).append("\n\n").append(table(load));
        }
        for (Contender each : Contender.SERIES) {
            medians.put(each.id(), loads.stream().map(load -> figures.median(each, load, Metric.FORWARDED)).toList());
        }
        Plots.bars(outcome.folder().resolve("series.png"), "Unpaced UDP, what the forwarder wrote", "kpps",
                loads.stream().map(Load::id).toList(), medians);
        text.append("\n![Unpaced UDP by allocator](series.png)\n").append(Absences.section(outcome.absent()));
        Files.writeString(outcome.folder().resolve("series.md"), text);
    }

    private String table(Load load) {
        Table table = new Table("allocator", "sent kpps", "forwarded kpps", "received kpps", "CPU ns/packet");
        for (Contender each : Contender.SERIES) {
            table.row('`' + each.id() + '`', figures.spread(each, load, Metric.SENT),
                    figures.spread(each, load, Metric.FORWARDED), figures.spread(each, load, Metric.RECEIVED),
                    figures.spread(each, load, Metric.CPU));
        }
        Contender before = better(load);
        table.row("**after : before**, `napi` : `" + before.id() + '`', "", ratio(load, before, COMPARED.get(0)),
                ratio(load, before, COMPARED.get(1)), ratio(load, before, COMPARED.get(2)));
        return table.toString();
    }

    /** Of Netty's two, the one that forwarded more. */
    private Contender better(Load load) {
        return figures.median(Contender.ADAPTIVE, load, Metric.FORWARDED)
                > figures.median(Contender.POOLED, load, Metric.FORWARDED) ? Contender.ADAPTIVE : Contender.POOLED;
    }

    private String ratio(Load load, Contender before, Metric metric) {
        Map<Integer, Double> reference = figures.byRound(before, load, metric);
        List<Double> ratios = new ArrayList<>();
        figures.byRound(Contender.NAPI, load, metric).forEach((round, value) -> {
            if (reference.containsKey(round)) {
                ratios.add(metric.ratio(value, reference.get(round)));
            }
        });
        return Figures.ratio(ratios);
    }
}
