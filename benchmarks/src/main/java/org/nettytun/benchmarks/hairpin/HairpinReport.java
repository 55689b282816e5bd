package org.nettytun.benchmarks.hairpin;

import org.nettytun.benchmarks.report.Absences;
import org.nettytun.benchmarks.report.Machine;
import org.nettytun.benchmarks.report.Plots;
import org.nettytun.benchmarks.report.Quartiles;
import org.nettytun.benchmarks.report.Row;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.benchmarks.report.Table;
import org.nettytun.benchmarks.run.Jdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Writes {@code hairpin.md} and its plots from the samples. */
final class HairpinReport {
    private static final String TEXT = """
            # The hairpin: what one packet costs

            64 packets are in flight. The kernel forwards each back out of the TUN device it was written to; the
            program reads it, restores its TTL and writes it again. Nothing else sends, so the program sets the pace,
            and the time of a packet is one `read`, one `write` with the kernel's forwarding inside it, and all that
            is between.

            Each fork starts every contender in a fresh process and in a network namespace of its own, and warms it
            up. In each round a contender and the C program take turns of 25 ms, six each; a turn in which somebody
            else had a core of its, or the hypervisor had one, is repeated (up to four times, the best counts); and of
            each the first quartile counts, for what disturbs a turn can only make it slower. **The ratio is C's time
            to the contender's in the same round**: 1 is as fast as C, above 1 is faster. The order is another one in
            each round. Figures are medians over the rounds of all forks, with the quartiles: what a compiler makes of
            a program differs by some per cent from one process to the next.

            The thread that reads and writes has the last core for itself; compilers, collectors and the harness have
            the first. JVMs run with their default flags. A contender with two queues, and `netty-tun-two-cores`, has
            both cores, and its ratio is to the C program on one. `*-elsewhere` hands what it has read, batch by
            batch, to a second thread on the first core, which spins for it and sleeps between turns. All of these
            depend on the way between the cores, which is slower at times, for some seconds: in a round they have 12
            turns, spread over as long. The warm-up is by time, longer for those that had few packets meanwhile, up to
            five times: `netty-tun-two-cores` still sees fewer than the others. The two threads of `netty-tun` wait
            for each other, so only what the hypervisor took from its turns is seen.

            Above 3000 bytes it is super-packets of UDP datagrams with 1448 bytes of payload each (USO), which go
            round whole, by contenders that take these alone: their ratio is to `c-vnet`.

            """;

    private final Path folder;
    private final List<Sample> samples;
    private final List<Jdk> jdks;
    private final Absences absent;
    private final List<Row> expected;
    private final List<String> sizes;
    private final List<Key> rows;

    /** A row of a table: who, under which JDK (0 for none). */
    private record Key(Contender contender, int jdk) {
        boolean is(Sample sample) {
            return sample.contender().equals(contender.id()) && sample.jdk() == jdk;
        }
    }

    HairpinReport(Path folder, List<Sample> samples, List<Jdk> jdks, Absences absent,
                  List<Row> expected) {
        this.folder = folder;
        this.samples = samples;
        this.jdks = jdks;
        this.absent = absent;
        this.expected = expected;
        sizes = samples.stream().map(Sample::load).distinct().toList();
        List<Key> found = new ArrayList<>();
        for (Contender contender : Contender.values()) {
            samples.stream().filter(sample -> sample.contender().equals(contender.id())).map(Sample::jdk).distinct()
                    .sorted().forEach(jdk -> found.add(new Key(contender, jdk)));
        }
        rows = found;
    }

    void write() throws IOException {
        StringBuilder text = new StringBuilder(TEXT).append(Machine.describe(jdks))
                .append("- command: `bin/bench hairpin`; of one row: below\n- raw: [hairpin.csv](hairpin.csv)\n\n");
        Table who = new Table("contender", "what");
        Arrays.stream(Contender.values()).forEach(each -> who.row('`' + each.id() + '`', each.description()));
        text.append(who);
        for (String size : sizes) {
            String png = "hairpin-ratio-" + size + ".png";
            text.append("\n## ").append(size).append(" bytes\n\n").append(table(size));
            if (ratios(png, size)) {
                text.append("\n![ratio to C](").append(png).append(")\n");
            }
        }
        if (sizes.stream().filter(size -> !isSuper(size)).count() > 1) {
            costs("hairpin-cost.png");
            text.append("\n## By size\n\n![cost per packet](hairpin-cost.png)\n\nWithout netty-tun, which is off this"
                    + " scale.\n");
        }
        Files.writeString(folder.resolve("hairpin.md"), text.append(absent.section(expected, samples)));
    }

    private Table table(String size) {
        Table table = new Table("contender", "JDK", "ratio to C", "quartiles", "ns per packet", "rounds",
                "`bin/bench hairpin …`");
        for (Key row : rows) {
            if (count(row, size) > 0) {
                Quartiles nanos = quartiles(row, size, Sample::value);
                Quartiles ratio = quartiles(row, size, Sample::ratio);
                boolean compared = !Double.isNaN(ratio.median());   // C is not, nor anybody without it
                String jdk = row.jdk == 0 ? "" : " --jdk " + row.jdk;
                table.row('`' + row.contender.id() + '`', row.jdk == 0 ? "" : Integer.toString(row.jdk),
                        compared ? format("**%.3f**", ratio.median()) : "",
                        compared ? format("%.3f – %.3f", ratio.first(), ratio.third()) : "",
                        format("%.0f", nanos.median()), Integer.toString(nanos.count()),
                        "`--contender " + row.contender.id() + " --size " + size + jdk + '`');
            }
        }
        return table;
    }

    private static boolean isSuper(String size) {
        return SuperPackets.is(Integer.parseInt(size));
    }

    private long count(Key row, String size) {
        return samples.stream().filter(sample -> row.is(sample) && sample.load().equals(size)).count();
    }

    private Quartiles quartiles(Key row, String size, ToDoubleFunction<Sample> what) {
        return Quartiles.of(samples.stream().filter(sample -> row.is(sample) && sample.load().equals(size))
                .map(what::applyAsDouble).toList());
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** @return false if nothing was compared, and there is no plot */
    private boolean ratios(String png, String size) throws IOException {
        List<Contender> shown = rows.stream().map(Key::contender).distinct()
                .filter(each -> each != each.reference()).toList();
        Map<String, List<Double>> series = new LinkedHashMap<>();
        for (int jdk : rows.stream().map(Key::jdk).distinct().sorted().toList()) {
            List<Double> heights = shown.stream().map(each -> new Key(each, jdk))
                    .map(row -> count(row, size) == 0 ? Double.NaN : quartiles(row, size, Sample::ratio).median())
                    .toList();
            if (heights.stream().anyMatch(height -> !height.isNaN())) {
                series.put(jdk == 0 ? "C" : "JDK " + jdk, heights);
            }
        }
        if (series.isEmpty()) {
            return false;
        }
        Plots.bars(folder.resolve(png), "Hairpin, " + size + " B: ratio to C in the same round", "ratio",
                shown.stream().map(Contender::id).toList(), series);
        return true;
    }

    /** Of the newest JDK. The rival would press all others together. */
    private void costs(String png) throws IOException {
        int newest = rows.stream().mapToInt(Key::jdk).max().orElse(0);
        Map<String, Map<Double, Double>> series = new LinkedHashMap<>();
        for (Key row : rows) {
            boolean rival = row.contender.kind() instanceof Contender.Rival;
            if (!rival && !row.contender.isSuper() && (row.jdk == 0 || row.jdk == newest)) {
                Map<Double, Double> points = new TreeMap<>();
                sizes.stream().filter(size -> count(row, size) > 0).forEach(size -> points.put(Double.valueOf(size),
                        quartiles(row, size, Sample::value).median()));
                series.put(row.contender.id(), points);
            }
        }
        Plots.lines(folder.resolve(png), "Hairpin: cost of a packet (JDK " + newest + ")", "bytes per packet",
                "ns per packet", false, series);
    }
}
