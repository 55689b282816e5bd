package org.nettytun.benchmarks.hairpin;

import org.nettytun.benchmarks.report.Csv;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.benchmarks.run.Absent;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Program;
import org.nettytun.benchmarks.run.Progress;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One fork: each contender in a fresh process, for what the compiler makes of it is luck. In each round C runs before
 * and
 * after each contender, for a short time, and the ratio is of those neighbours: the machine's moods cancel out.
 */
final class Hairpin implements AutoCloseable {
    static final String NAME = "hairpin";
    static final String METRIC = "ns/packet";
    private static final long PATIENCE_MILLIS = 20_000;

    /** @param jdk {@code null} for one in C */
    private record Runner(Contender contender, Jdk jdk, Program program) {
        int feature() {
            return jdk == null ? 0 : jdk.feature();
        }
    }

    /** How long what takes, in milliseconds. */
    record Times(int warmUp, int slice) {
    }

    private final Launcher launcher;
    private final Csv csv;
    private final Progress progress;
    private final Times times;
    private final Map<String, String> absent = new TreeMap<>();
    private final List<Runner> runners = new ArrayList<>();
    private Runner reference;

    Hairpin(Launcher launcher, Csv csv, Progress progress, Times times) {
        this.launcher = launcher;
        this.csv = csv;
        this.progress = progress;
        this.times = times;
    }

    /** Starts everybody. The reference always is among them. */
    void start(List<Contender> contenders, List<Jdk> jdks) throws IOException, InterruptedException, Absent {
        reference = new Runner(Contender.C, null, launcher.start(Contender.C, null));
        for (Contender contender : contenders) {
            if (contender == Contender.C) {
                continue;
            }
            boolean inC = contender.kind() instanceof Contender.InC;
            for (Jdk jdk : inC ? jdks.subList(0, 1) : jdks) {
                try {
                    Jdk mine = inC ? null : jdk;
                    runners.add(new Runner(contender, mine, launcher.start(contender, mine)));
                } catch (IOException | Absent e) {
                    absent.put(contender.id() + (inC ? "" : " on JDK " + jdk.feature()), e.getMessage());
                    progress.say("absent: " + contender.id() + ": " + e.getMessage());
                }
                progress.step("start " + contender.id());
            }
        }
    }

    /** Who could not run, and why. */
    Map<String, String> absent() {
        return absent;
    }

    /** Measures one size. */
    void measure(int size, int fork, int rounds) throws IOException {
        warmUp(reference, size);
        for (Runner runner : runners) {
            warmUp(runner, size);
            progress.step("warm up " + runner.contender().id() + " at " + size + " B");
        }
        for (int round = 1; round <= rounds; round++) {
            double before = lap(reference);
            add(reference, size, fork, round, before, Double.NaN);
            for (Runner runner : runners) {
                double nanos = lap(runner);
                double after = lap(reference);
                add(runner, size, fork, round, nanos, (before + after) / 2 / nanos);
                before = after;
                progress.step(runner.contender().id() + " at " + size + " B");
            }
        }
    }

    private void warmUp(Runner runner, int size) throws IOException {
        runner.program.tell("size " + size);
        runner.program.read(PATIENCE_MILLIS);
        boolean inC = runner.jdk == null;
        run(runner, inC ? times.slice : times.warmUp);
    }

    private double lap(Runner runner) throws IOException {
        return run(runner, runner == reference ? times.slice / 2 : times.slice);
    }

    /** @return nanoseconds per packet */
    private static double run(Runner runner, int millis) throws IOException {
        runner.program.tell("run " + millis);
        String[] laps = runner.program.read(millis + PATIENCE_MILLIS).split(" ");
        return Double.parseDouble(laps[1]) / Long.parseLong(laps[0]);
    }

    private void add(Runner runner, int size, int fork, int round, double nanos, double ratio) {
        csv.add(new Sample(NAME, runner.contender.id(), Integer.toString(size), runner.feature(), fork, round, METRIC,
                nanos, ratio));
    }

    @Override
    public void close() {
        runners.forEach(runner -> runner.program.close());
        if (reference != null) {
            reference.program.close();
        }
    }
}
