package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.report.Absences;
import org.nettytun.benchmarks.report.Csv;
import org.nettytun.benchmarks.report.Row;
import org.nettytun.benchmarks.report.Sample;
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
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** How long, how often, whereto: what {@code bench forward} and {@code bench series} have in common. */
final class Options {
    private static final int WARM_UP_SECONDS = 2;
    private static final int PINGS_A_SECOND = 1000;
    private static final int QUICK_PINGS = 300;
    private static final int MOST = 60;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "7",
            description = "How often each is measured (default: ${DEFAULT-VALUE}; quick: 1).")
    private int rounds;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "1",
            description = "Of each measurement, 1..60 (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--jdk", split = ",", paramLabel = "N", defaultValue = "17,25",
            description = "Under which JDKs (default: ${DEFAULT-VALUE}; quick: the one of this program).")
    private List<Integer> features;

    @Option(names = "--add", description = "Adds the rounds to those of the last run; with --rounds 0 writes"
            + " its tables anew, and no more.")
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
            throws IOException, InterruptedException {
        check();
        Path folder = results.folder(spec.commandLine().getParseResult());
        Path file = folder.resolve(benchmark + ".csv");
        Csv csv = add ? Csv.open(file) : Csv.create(file);
        Absences absent = new Absences();
        List<Jdk> jdks = absent.jdks(features());
        int had = csv.samples().size();
        PrintWriter log = spec.commandLine().getOut();
        int before = csv.samples().stream().mapToInt(Sample::round).max().orElse(0);
        int times = results.isQuick() ? 1 : rounds;
        Traffic.Length length = results.isQuick() ? new Traffic.Length(1, QUICK_PINGS)
                : new Traffic.Length(seconds, seconds * PINGS_A_SECOND);
        Pinning.process(ProcessHandle.current().pid(), Pinning.OTHERS);
        Path scratch = Files.createTempDirectory(benchmark);
        try (Rounds all = new Rounds(benchmark, scratch, csv, absent)) {
            if (times > 0) {
                all.start(contenders, jdks, new Progress(log, Forwarder.on(contenders, jdks).size()));
            }
            if (times > 0 && !results.isQuick()) {
                all.warmUp(warmUp, WARM_UP_SECONDS);
            }
            Progress progress = new Progress(log, times * loads.size() * all.size());
            for (int round = 1; round <= times; round++) {
                all.run(before + round, loads, length, progress);
            }
        }
        return new Outcome(benchmark, folder, jdks, csv.samples(), absent.section(expected(contenders, loads, csv),
                csv.samples()), seconds, times == 0 || csv.samples().size() > had);
    }

    private List<Integer> features() {
        boolean given = spec.commandLine().getParseResult().hasMatchedOption("--jdk");
        return results.isQuick() && !given ? List.of(Runtime.version().feature()) : features;
    }

    /** What was asked for; to what is added to, all that the command has, and the JDKs of before. */
    private List<Row> expected(List<Contender> contenders, List<Load> loads, Csv csv) {
        Set<Integer> jdks = new TreeSet<>(features());
        Set<Load> with = EnumSet.copyOf(loads);
        Set<Contender> who = EnumSet.copyOf(contenders);
        if (add) {
            csv.samples().stream().filter(sample -> sample.jdk() > 0).forEach(sample -> jdks.add(sample.jdk()));
            who.addAll(contenders.equals(Contender.SERIES) ? List.of() : Contender.FORWARD);
            with.addAll(Arrays.stream(Load.values()).filter(load -> csv.samples().stream()
                    .anyMatch(sample -> sample.load().equals(load.id()))).toList());
        }
        return Forwarder.all(List.copyOf(who), List.copyOf(jdks)).stream()
                .flatMap(each -> with.stream().map(each::row)).toList();
    }

    private void check() {
        if (rounds < (add ? 0 : 1) || seconds < 1 || seconds > MOST) {
            throw new ParameterException(spec.commandLine(), "expected 1 round or more, and 1 to " + MOST
                    + " seconds: rounds=" + rounds + " seconds=" + seconds);
        }
    }
}
