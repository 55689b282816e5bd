package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.report.Plots;
import org.nettytun.benchmarks.report.Sample;
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
    private final List<Integer> jdks;

    SeriesReport(Outcome outcome, List<Load> loads) {
        this.outcome = outcome;
        this.loads = loads;
        figures = new Figures(outcome.samples());
        jdks = outcome.samples().stream().map(Sample::jdk).distinct().sorted().toList();
    }

    void write() throws IOException {
        StringBuilder text = new StringBuilder(TEXT).append(outcome.describe());
        Map<String, List<Double>> medians = new LinkedHashMap<>();
        for (Load load : loads) {
            text.append("\n## ").append(load.description()).append("\n\n").append(table(load));
        }
        for (Forwarder each : Forwarder.all(Contender.SERIES, jdks)) {
            medians.put(each.name(), loads.stream().map(load -> figures.median(each, load, Metric.FORWARDED)).toList());
        }
        Plots.bars(outcome.folder().resolve("series.png"), "Unpaced UDP, what the forwarder wrote", "kpps",
                loads.stream().map(Load::id).toList(), medians);
        text.append("\n![Unpaced UDP by allocator](series.png)\n").append(outcome.absent());
        Files.writeString(outcome.folder().resolve("series.md"), text);
    }

    private String table(Load load) {
        Table table = new Table("allocator", "JDK", "sent kpps", "forwarded kpps", "received kpps", "CPU ns/packet");
        for (int jdk : jdks) {
            String its = Integer.toString(jdk);
            for (Forwarder each : Forwarder.all(Contender.SERIES, List.of(jdk))) {
                table.row('`' + each.contender().id() + '`', its, figures.spread(each, load, Metric.SENT),
                        figures.spread(each, load, Metric.FORWARDED), figures.spread(each, load, Metric.RECEIVED),
                        figures.spread(each, load, Metric.CPU));
            }
            Forwarder before = better(load, jdk);
            table.row("**after : before**, `napi` : `" + before.contender().id() + '`', its, "",
                    ratio(load, before, COMPARED.get(0)), ratio(load, before, COMPARED.get(1)),
                    ratio(load, before, COMPARED.get(2)));
        }
        return table.toString();
    }

    /** Of Netty's two, the one that forwarded more. */
    private Forwarder better(Load load, int jdk) {
        Forwarder adaptive = new Forwarder(Contender.ADAPTIVE, jdk);
        Forwarder pooled = new Forwarder(Contender.POOLED, jdk);
        return figures.median(adaptive, load, Metric.FORWARDED) > figures.median(pooled, load, Metric.FORWARDED)
                ? adaptive : pooled;
    }

    private String ratio(Load load, Forwarder before, Metric metric) {
        Map<Integer, Double> reference = figures.byRound(before, load, metric);
        List<Double> ratios = new ArrayList<>();
        figures.byRound(new Forwarder(Contender.NAPI, before.jdk()), load, metric).forEach((round, value) -> {
            if (reference.containsKey(round)) {
                ratios.add(metric.ratio(value, reference.get(round)));
            }
        });
        return Figures.ratio(ratios);
    }
}
