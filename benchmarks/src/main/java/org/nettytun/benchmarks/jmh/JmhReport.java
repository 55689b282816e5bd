package org.nettytun.benchmarks.jmh;

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

/** Writes {@code jmh.md} from the samples. */
final class JmhReport {
    private static final String TEXT = """
            # Single operations

            By JMH, with its allocation profile; medians over all iterations of all forks. `empty` is what JMH itself
            costs. `Allocator`: a direct buffer of 1536 bytes; `getPut` takes one and gives it back; `bulk` takes 64,
            then gives 64 back; in `elsewhere` another thread gives them back, on another core. `Checksum`: 1500 bytes.
            `Lookup`: a destination among 1 000 000 routes of IPv4 or 200 000 of IPv6. `ipv4` and `ipv6` take a route by
            chance and ask for an address in it, `ipv4Anywhere` for any of all; `destination` is what it costs to ask.
            `Offload`: a super-packet of TCP, split into 44 segments of 1448 bytes, in slots, with their checksums; and
            `merge`, the plan and the headers of one from as many segments, their checksums verified.

            """;

    private final Path folder;
    private final List<Sample> samples;
    private final List<Jdk> jdks;
    private final String absent;

    private record Key(String load, String contender, int jdk) {
        static Key of(Sample sample) {
            return new Key(sample.load(), sample.contender(), sample.jdk());
        }
    }

    JmhReport(Path folder, List<Sample> samples, List<Jdk> jdks, String absent) {
        this.folder = folder;
        this.samples = samples;
        this.jdks = jdks;
        this.absent = absent;
    }

    void write() throws IOException {
        Table table = new Table("operation", "with", "JDK", "ns", "quartiles", "bytes allocated", "`bin/bench jmh …`");
        for (Key key : samples.stream().map(Key::of).distinct().toList()) {
            Quartiles nanos = of(key, "ns/op");
            table.row('`' + key.load + '`', key.contender, Integer.toString(key.jdk),
                    format("**%.1f**", nanos.median()),
                    format("%.1f – %.1f", nanos.first(), nanos.third()), format("%.1f", of(key, "B/op").median()),
                    "`" + key.load.replace(".", "Benchmark.") + " --jdk " + key.jdk + '`');
        }
        Files.writeString(folder.resolve("jmh.md"), TEXT + Machine.describe(jdks)
                + "- command: `bin/bench jmh`; of one row: below\n- raw: [jmh.csv](jmh.csv)\n\n" + table + absent);
    }

    private Quartiles of(Key key, String metric) {
        return Quartiles.of(samples.stream().filter(each -> Key.of(each).equals(key) && each.metric().equals(metric))
                .map(Sample::value).toList());
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
