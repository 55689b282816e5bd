package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.report.Plots;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.benchmarks.report.Table;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Writes {@code forward.md} and its plots. */
final class ForwardReport {
    private static final String TEXT = """
            # Two namespaces and a program between them

            `A ── program ── B`: iperf3 or ping in A, its other end in B, MTU 1500. All programs run from the
            beginning to the end, each between two namespaces of its own, and are measured in turn, one load after the
            other. **A ratio is that to the reference in the same round, above 1 if faster.** Figures are medians, in
            parentheses the quartiles. The reference of each row is in its column `beside`: `c-vnet` for those whose
            devices take super-packets, `c` for those that see each packet. `kernel`, which forwards over veth, is the
            ceiling; veth passes super-packets whole, too, so its ratio is to `c-vnet`; that of `c-vnet` itself is to
            `c`.

            Cores: the sender has the first, every thread of the program the last. The receiver is with the sender;
            but with unpaced UDP it is with the program, for a sender that shares its core offers less than the C
            program can forward, and all that are as fast as that would look alike. `forwarded` is the datagrams that
            B's UDP counted, so several that came as one super-packet are several; `received` is what iperf3 in B got
            of them; the rest is lost in its socket. Both are by the sender's seconds. CPU time is that of all the
            program's threads by datagram forwarded (and packet back to A), and has in it what the kernel does in
            `read` and `write`: a `write` goes through B's whole network stack. With `kernel` the sender does all the
            forwarding itself, on its own core, so it sends no more than it forwards.

            """;

    private final Outcome outcome;
    private final Figures figures;
    private final List<Forwarder> rows;

    ForwardReport(Outcome outcome) {
        this.outcome = outcome;
        figures = new Figures(outcome.samples());
        rows = Forwarder.all(Contender.FORWARD, outcome.samples().stream().map(Sample::jdk).filter(jdk -> jdk > 0)
                .distinct().sorted().toList());
    }

    void write() throws IOException {
        StringBuilder text = new StringBuilder(TEXT).append(outcome.describe()).append('\n');
        Table programs = new Table("program", "what");
        Contender.FORWARD.forEach(each -> programs.row('`' + each.id() + '`', each.description()));
        text.append(programs);
        for (Load load : Load.values()) {
            if (figures.has(load)) {
                text.append("\n## ").append(load.description()).append("\n\n").append(table(load))
                        .append("\nOne row: `").append(outcome.command()).append(" --load ").append(load.id())
                        .append(" …`, with the row's last column\n");
            }
        }
        text.append("\n## Plots\n\n").append(plots()).append(outcome.absent());
        Files.writeString(outcome.folder().resolve("forward.md"), text);
    }

    private Table table(Load load) {
        List<String> head = new ArrayList<>(List.of("program", "JDK", "beside"));
        load.metrics().forEach(metric -> head.add(metric.label()));
        load.compared().forEach(metric -> head.add(metric.label().replaceAll(" .*", "") + ": ratio"));
        head.add("options");
        Table table = new Table(head.toArray(String[]::new));
        for (Forwarder each : rows) {
            if (figures.has(each, load)) {
                Contender reference = each.contender().reference();
                List<String> cells = new ArrayList<>(List.of('`' + each.contender().id() + '`',
                        each.jdk() == 0 ? "" : Integer.toString(each.jdk()),
                        reference == null ? "" : '`' + reference.id() + '`'));
                load.metrics().forEach(metric -> cells.add(figures.value(each, load, metric)));
                load.compared().forEach(metric -> cells.add(figures.ratio(each, load, metric)));
                cells.add("`--contender " + (reference == null ? "" : reference.id() + ',') + each.contender().id()
                        + (each.jdk() == 0 ? "" : " --jdk " + each.jdk()) + '`');
                table.row(cells.toArray(String[]::new));
            }
        }
        return table;
    }

    /** Draws what there is; the links to it. */
    private String plots() throws IOException {
        StringBuilder links = new StringBuilder();
        links.append(bars("tcp", "TCP between two namespaces, what the receiver got", "Gbit/s",
                Load.Kind.TCP, (each, load) -> figures.median(each, load, Metric.GBIT)));
        links.append(bars("udp", "Unpaced UDP, packets forwarded beside the reference in the same round", "ratio",
                Load.Kind.UDP, (each, load) -> figures.medianRatio(each, load, Metric.FORWARDED)));
        links.append(bars("cpu", "CPU time of the program by packet, the kernel's part included", "ns",
                Load.Kind.UDP, (each, load) -> figures.median(each, load, Metric.CPU)));
        for (Load load : loads(Load.Kind.PING)) {
            links.append(latency(load));
        }
        return links.toString();
    }

    private List<Load> loads(Load.Kind kind) {
        return Arrays.stream(Load.values()).filter(load -> load.kind() == kind && figures.has(load)).toList();
    }

    private String bars(String name, String title, String unit, Load.Kind kind,
                        BiFunction<Forwarder, Load, Double> height) throws IOException {
        List<Load> loads = loads(kind);
        Map<String, List<Double>> series = new LinkedHashMap<>();
        for (Forwarder each : rows) {
            List<Double> heights = loads.stream().map(load -> height.apply(each, load)).toList();
            if (heights.stream().anyMatch(value -> !value.isNaN())) {
                series.put(each.name(), heights);
            }
        }
        if (series.isEmpty()) {
            return "";
        }
        String png = "forward-" + name + ".png";
        Plots.bars(outcome.folder().resolve(png), title, unit, loads.stream().map(Load::id).toList(), series);
        return "![" + title + "](" + png + ")\n";
    }

    private String latency(Load load) throws IOException {
        Map<String, Map<Double, Double>> series = new LinkedHashMap<>();
        for (Forwarder each : rows) {
            Map<Double, Double> points = new TreeMap<>();
            for (Metric metric : Metric.LATENCIES) {
                double micros = figures.median(each, load, metric);
                if (!Double.isNaN(micros)) {
                    points.put(1 / (1 - metric.quantile()), micros);
                }
            }
            if (!points.isEmpty()) {
                series.put(each.name(), points);
            }
        }
        String png = "forward-" + load.id() + ".png";
        String title = "Round trips: " + load.description();
        Plots.lines(outcome.folder().resolve(png), title, "one ping in so many took longer", "us", true, series);
        return "![" + title + "](" + png + ")\n";
    }
}
