package org.nettytun.benchmarks.routes;

import org.nettytun.benchmarks.report.Csv;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.benchmarks.run.ClassPath;
import org.nettytun.benchmarks.run.Commands;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Pinning;
import org.nettytun.benchmarks.run.Program;
import org.nettytun.benchmarks.run.Progress;
import org.nettytun.benchmarks.run.Results;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code bench routes}. */
@Command(name = "routes", mixinStandardHelpOptions = true,
        description = "A full route table: time to load, memory, and changes a second while another thread looks up.")
public final class RoutesCommand implements Callable<Integer> {
    /** The sample's name of it. */
    static final String BENCHMARK = "routes";
    /** With as much memory as the JVM takes. */
    static final String FREE = "free";
    /** With little more than the table needs. */
    static final String TIGHT = "tight";

    private static final double MOST = 1.25;
    private static final int MIB = 1 << 20;
    private static final long PATIENCE_MILLIS = 120_000;

    @Option(names = "--forks", paramLabel = "N", defaultValue = "5",
            description = "Fresh processes of each (default: ${DEFAULT-VALUE}; quick: 1).")
    private int forks;

    @Mixin
    private Results results;

    @Spec
    private CommandSpec spec;

    /** For picocli. */
    public RoutesCommand() {
    }

    @Override
    public Integer call() throws Exception {
        if (forks < 1) {
            throw new ParameterException(spec.commandLine(), "forks must be 1 or more: forks=" + forks);
        }
        Path folder = results.folder(spec.commandLine().getParseResult());
        Csv csv = Csv.create(folder.resolve(BENCHMARK + ".csv"));
        Jdk jdk = Jdk.current();
        int last = results.isQuick() ? 1 : forks;
        Progress progress = new Progress(spec.commandLine().getOut(), 2 * last);
        for (int fork = 1; fork <= last; fork++) {
            Map<String, Double> figures = run(csv, jdk, FREE, fork);
            progress.step(FREE);
            double table = figures.get(ChurnMain.IPV4) + figures.get(ChurnMain.IPV6);
            long most = (long) (figures.get(ChurnMain.EMPTY) + MOST * table) / MIB + 1;
            run(csv, jdk, TIGHT, fork, "-XX:+UseSerialGC", "-Xmn2m", "-Xmx" + most + "m");
            progress.step(TIGHT);
        }
        new RoutesReport(folder, csv.samples(), jdk).write();
        spec.commandLine().getOut().println(folder.resolve("routes.md"));
        return 0;
    }

    private Map<String, Double> run(Csv csv, Jdk jdk, String how, int fork, String... flags) throws IOException {
        List<String> command = Commands.concat(jdk.java(ClassPath.ours(), flags),
                List.of(ChurnMain.class.getName(), results.isQuick() ? "500" : "10000"));
        Path errors = Files.createTempFile(BENCHMARK, ".err");
        Map<String, Double> figures = new HashMap<>();
        try (Program program = Program.start(BENCHMARK + " " + how, Pinning.free(command), errors)) {
            while (!figures.containsKey(ChurnMain.MOST)) {
                String[] words = program.read(PATIENCE_MILLIS).split(" ");
                figures.put(words[0], Double.valueOf(words[1]));
            }
        }
        Files.delete(errors);
        figures.forEach((figure, value) ->
                csv.add(new Sample(BENCHMARK, "-", how, jdk.feature(), fork, 1, figure, value, Double.NaN)));
        return figures;
    }
}
