package org.nettytun.benchmarks.flame;

import org.nettytun.benchmarks.hairpin.Contender;
import org.nettytun.benchmarks.hairpin.Launcher;
import org.nettytun.benchmarks.hairpin.Runner;
import org.nettytun.benchmarks.report.Machine;
import org.nettytun.benchmarks.report.Table;
import org.nettytun.benchmarks.run.Absent;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Pinning;
import org.nettytun.benchmarks.run.Results;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code bench flame}. */
@Command(name = "flame", mixinStandardHelpOptions = true,
        description = "Flame graphs of the hairpin, and which methods its time is in. By async-profiler.")
public final class FlameCommand implements Callable<Integer> {
    private static final String TEXT = """
            # Where the time of the hairpin goes

            async-profiler sampled the loop's thread while 64 packets went round. Nanoseconds are shares of the time of
            one packet, as measured meanwhile. Hover over a frame of a picture for its share. What of it is the
            kernel's and what is ours is told in [README.md](README.md#where-the-time-goes).

            """;
    /** Or stacks would be true at safepoints only. */
    private static final String[] FLAGS = {"-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints"};
    private static final int WARM_UP_MILLIS = 3000;
    private static final int MILLIS = 8000;
    private static final int QUICK_MILLIS = 500;

    @Option(names = "--contender", split = ",", paramLabel = "NAME", defaultValue = "raw,napi,pooled,adaptive",
            description = "Who, of those in Java on one core (default: ${DEFAULT-VALUE}).")
    private List<String> contenders;

    @Option(names = "--size", paramLabel = "BYTES", defaultValue = "64",
            description = "Of a packet (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(names = "--jdk", paramLabel = "N", description = "Under which JDK (default: the one of this program).")
    private Integer feature;

    @Mixin
    private Results results;

    @Spec
    private CommandSpec spec;

    /** For picocli. */
    public FlameCommand() {
    }

    @Override
    public Integer call() throws Exception {
        Path folder = results.folder(spec.commandLine().getParseResult());
        Jdk jdk = feature == null ? Jdk.current() : Jdk.find(feature);
        Path scratch = Files.createTempDirectory("flame");
        Files.createDirectories(folder);
        Pinning.process(ProcessHandle.current().pid(), Pinning.OTHERS);
        List<Sampled> all = new ArrayList<>();
        StringBuilder absent = new StringBuilder();
        for (String id : contenders) {
            say("sampling " + id);
            try {
                all.add(sample(Contender.of(id), jdk, scratch));
            } catch (Absent | IOException e) {
                absent.append("\nAbsent: ").append(id).append(": ").append(e.getMessage()).append('\n');
            }
        }
        write(folder, jdk, all, absent);
        say(folder.resolve("flame.md").toString());
        return all.isEmpty() ? 1 : 0;
    }

    /** @param nanos of one packet, meanwhile */
    private record Sampled(Contender contender, Frame loop, Shares shares, double nanos) {
    }

    private Sampled sample(Contender contender, Jdk jdk, Path scratch)
            throws IOException, InterruptedException, Absent {
        try (Runner runner = new Launcher(scratch).start(contender, jdk, FLAGS)) {
            runner.warmUp(size, results.isQuick() ? QUICK_MILLIS : WARM_UP_MILLIS);
            Profiler profiler = Profiler.start(runner.pid(), scratch);
            double nanos = runner.run(results.isQuick() ? QUICK_MILLIS : MILLIS);
            Frame loop = busiest(Frame.parse(profiler.stop()));
            return new Sampled(contender, loop, new Shares(loop), nanos);
        }
    }

    private void write(Path folder, Jdk jdk, List<Sampled> all, CharSequence absent) throws IOException {
        StringBuilder text = new StringBuilder(TEXT).append(Machine.describe(List.of(jdk)))
                .append("- command: `bin/bench flame --contender ").append(String.join(",", contenders))
                .append(" --size ").append(size).append(" --jdk ").append(jdk.feature())
                .append("`\n\n").append(parts(all)).append(absent);
        for (Sampled each : all) {
            String id = each.contender.id();
            String picture = "flame-" + id + ".svg";
            Files.writeString(folder.resolve(picture), FlameGraph.svg(each.loop, "hairpin, "
                    + each.contender.description() + ", " + size + " B, JDK " + jdk.feature()));
            text.append("\n## ").append(id).append("\n\n").append(each.contender.description())
                    .append(".\n\n![flame graph](").append(picture).append(")\n\n")
                    .append(each.shares.methods(each.nanos));
        }
        Files.writeString(folder.resolve("flame.md"), text);
    }

    private static Table parts(List<Sampled> all) {
        List<String> head = new ArrayList<>(List.of("ns per packet"));
        all.forEach(each -> head.add('`' + each.contender.id() + '`'));
        Table table = new Table(head.toArray(String[]::new));
        for (Part part : Part.values()) {
            List<String> cells = new ArrayList<>(List.of(part.label()));
            all.forEach(each -> cells.add(Shares.format(each.shares.nanos(part, each.nanos))));
            table.row(cells.toArray(String[]::new));
        }
        List<String> sums = new ArrayList<>(List.of("**a packet**"));
        all.forEach(each -> sums.add(Shares.format(each.nanos)));
        table.row(sums.toArray(String[]::new));
        return table;
    }

    /** Of the threads, which are the root's callees, the loop's. */
    private static Frame busiest(Frame root) throws Absent {
        Frame busiest = null;
        for (Frame thread : root.callees()) {
            if (busiest == null || thread.samples() > busiest.samples()) {
                busiest = thread;
            }
        }
        if (busiest == null) {
            throw new Absent("async-profiler took no sample");
        }
        return busiest;
    }

    private void say(String line) {
        PrintWriter console = spec.commandLine().getOut();
        console.println(line);
        console.flush();
    }
}
