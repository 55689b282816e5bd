package org.nettytun.benchmarks.routes;

import org.nettytun.benchmarks.report.Machine;
import org.nettytun.benchmarks.report.Quartiles;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.benchmarks.report.Table;
import org.nettytun.benchmarks.run.Jdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes {@code routes.md} from the samples. */
final class RoutesReport {
    private static final String TEXT = """
            # A full route table

            1 000 000 generated routes of IPv4 and 200 000 of IPv6, to 64 next hops, put in one by one; what the heap
            grew by, collected before and after; then ten seconds of changes by one thread, as fast as it can, while
            another looks up random IPv4 addresses, as fast as it can. Half of the changed routes get another next hop,
            half are withdrawn and announced again. `free`: the JVM's defaults. `tight`: the heap may never be larger
            than what the process had before, and 1.25 times the table; garbage included (serial collector, 2 MiB of it
            for what is new). Medians over fresh processes, with the quartiles.

            """;
    private static final double MIB = 1 << 20;

    private final Path folder;
    private final List<Sample> samples;
    private final Jdk jdk;

    RoutesReport(Path folder, List<Sample> samples, Jdk jdk) {
        this.folder = folder;
        this.samples = samples;
        this.jdk = jdk;
    }

    void write() throws IOException {
        Table table = new Table("heap", "load, ms", "IPv4, MiB", "IPv6, MiB", "changes/s", "lookups/s meanwhile",
                "heap at most, MiB");
        for (String how : List.of(RoutesCommand.FREE, RoutesCommand.TIGHT)) {
            table.row('`' + how + '`', cell(how, ChurnMain.LOAD, 1), cell(how, ChurnMain.IPV4, MIB),
                    cell(how, ChurnMain.IPV6, MIB), cell(how, ChurnMain.CHANGES, 1),
                    cell(how, ChurnMain.LOOKUPS, 1), cell(how, ChurnMain.MOST, MIB));
        }
        Files.writeString(folder.resolve("routes.md"), TEXT + Machine.describe(List.of(jdk))
                + "- command: `bin/bench routes`\n- raw: [routes.csv](routes.csv)\n\n" + table);
    }

    private String cell(String how, String figure, double unit) {
        Quartiles all = Quartiles.of(samples.stream()
                .filter(each -> each.load().equals(how) && each.metric().equals(figure))
                .map(each -> each.value() / unit).toList());
        String format = all.median() < 100 ? "**%.1f** (%.1f – %.1f)" : "**%,.0f** (%,.0f – %,.0f)";
        return String.format(Locale.ROOT, format, all.median(), all.first(), all.third());
    }
}
