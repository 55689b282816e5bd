package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.report.Csv;
import org.nettytun.benchmarks.run.Absent;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Pinning;
import org.nettytun.benchmarks.run.Progress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How long, how often, whereto: what {@code bench forward} and {@code bench series} have in common. */
final class Options {
    private static final int WARM_UP_SECONDS = 3;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "7",
            description = "How often each is measured (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "2",
            description = "Of each measurement (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--jdk", paramLabel = "N", description = "Under which JDK (default: the one of this program).")
    private Integer jdk;

    @Option(names = "--quick", description = "One round of one second without warm-up: shows that all runs."
            + " Writes to benchmarks/target/quick.")
    private boolean quick;

    @Option(names = "--out", paramLabel = "FOLDER", description = "For CSV, plots and text (default: docs/benchmarks).")
    private Path out;

    /** What one run measured. */
    record Outcome(Path folder, Jdk jdk, Csv csv, Map<String, String> absent, String command) {
    }

    /**
     * Measures.
     *
     * @param benchmark names the CSV
     */
    Outcome run(String benchmark, List<Contender> contenders, List<Load> loads, List<Load> warmUp, PrintWriter log)
            throws Absent, IOException, InterruptedException {
        Path folder = out != null ? out : Path.of(quick ? "benchmarks/target/quick" : "docs/benchmarks");
        int times = quick ? 1 : rounds;
        int length = quick ? 1 : seconds;
        Jdk tested = jdk == null ? Jdk.current() : Jdk.find(jdk);
        Csv csv = Csv.create(folder.resolve(benchmark + ".csv"));
        Progress progress = new Progress(log, contenders.size() + times * loads.size() * contenders.size());
        Pinning.process(ProcessHandle.current().pid(), Pinning.OTHERS);
        Path scratch = Files.createTempDirectory(benchmark);
        try (Rounds all = new Rounds(benchmark, new Launcher(scratch, tested), scratch, csv, progress)) {
            all.start(contenders, warmUp, quick ? 0 : WARM_UP_SECONDS);
            for (int round = 1; round <= times; round++) {
                all.run(round, loads, length);
            }
            return new Outcome(folder, tested, csv, all.absent(), "bin/bench " + benchmark + " --rounds " + times
                    + " --seconds " + length + " --jdk " + tested.feature());
        }
    }

    /** By id. */
    static final class ContenderConverter implements ITypeConverter<Contender> {
        @Override
        public Contender convert(String value) {
            try {
                return Contender.of(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
