package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.report.Csv;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.benchmarks.run.Absent;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Pinning;
import org.nettytun.benchmarks.run.Progress;
import org.nettytun.benchmarks.run.Results;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How long, how often, whereto: what {@code bench forward} and {@code bench series} have in common. */
final class Options {
    private static final int WARM_UP_SECONDS = 3;
    private static final int PINGS_A_SECOND = 1000;
    private static final int QUICK_PINGS = 300;
    private static final int MOST = 60;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "7",
            description = "How often each is measured (default: ${DEFAULT-VALUE}; quick: 1).")
    private int rounds;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "2",
            description = "Of each measurement, 1..60 (default: ${DEFAULT-VALUE}; quick: 1).")
    private int seconds;

    @Option(names = "--jdk", paramLabel = "N", description = "Under which JDK (default: the one of this program).")
    private Integer jdk;

    @Option(names = "--add", description = "Adds the rounds to those of the last run.")
    private boolean add;

    @Mixin
    private Results results;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Whether it is only to show that all run. */
    boolean quick() {
        return results.isQuick();
    }

    /**
     * Measures.
     *
     * @param benchmark names the CSV
     * @param warmUp    what goes through each before the first round
     */
    Outcome run(String benchmark, List<Contender> contenders, List<Load> loads, List<Load> warmUp)
            throws Absent, IOException, InterruptedException {
        check();
        Path folder = results.folder(spec.commandLine().getParseResult());
        Path file = folder.resolve(benchmark + ".csv");
        Csv csv = add ? Csv.open(file) : Csv.create(file);
        Jdk tested = jdk == null ? Jdk.current() : Jdk.find(jdk);
        PrintWriter log = spec.commandLine().getOut();
        int before = csv.samples().stream().mapToInt(Sample::round).max().orElse(0);
        int times = results.isQuick() ? 1 : rounds;
        Traffic.Length length = results.isQuick() ? new Traffic.Length(1, QUICK_PINGS)
                : new Traffic.Length(seconds, seconds * PINGS_A_SECOND);
        Pinning.process(ProcessHandle.current().pid(), Pinning.OTHERS);
        Path scratch = Files.createTempDirectory(benchmark);
        try (Rounds all = new Rounds(benchmark, new Launcher(scratch, tested), scratch, csv)) {
            all.start(contenders, new Progress(log, contenders.size()));
            if (!results.isQuick()) {
                all.warmUp(warmUp, WARM_UP_SECONDS);
            }
            Progress progress = new Progress(log, times * loads.size() * all.size());
            for (int round = 1; round <= times; round++) {
                all.run(before + round, loads, length, progress);
            }
            return new Outcome(benchmark, folder, tested, csv.samples(), all.absent(), seconds);
        }
    }

    private void check() {
        if (rounds < 1 || seconds < 1 || seconds > MOST) {
            throw new ParameterException(spec.commandLine(), "expected 1 round or more, and 1 to " + MOST
                    + " seconds: rounds=" + rounds + " seconds=" + seconds);
        }
    }
}
