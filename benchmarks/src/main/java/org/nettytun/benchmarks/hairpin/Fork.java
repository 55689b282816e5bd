package org.nettytun.benchmarks.hairpin;

import org.nettytun.benchmarks.report.Csv;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.benchmarks.run.Absent;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Progress;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One fork: each contender in a fresh process, for what the compiler makes of it is luck. In each round C runs before
 * and after each contender, for a short time, and the ratio is to these neighbours: the machine's moods cancel out.
 */
final class Fork implements AutoCloseable {
    static final String BENCHMARK = "hairpin";
    static final String METRIC = "ns/packet";

    /** How long what takes, in milliseconds: a warm-up of each size; one turn of C, half as long as all others'. */
    record Times(int warmUp, int turn) {
    }

    private final Csv csv;
    private final Progress progress;
    private final Times times;
    private final int number;
    private final Map<String, String> absent;
    private final List<Runner> runners = new ArrayList<>();
    private Runner reference;

    /**
     * @param number of the fork, from 1
     * @param absent takes who cannot run, and why
     */
    Fork(int number, Csv csv, Progress progress, Times times, Map<String, String> absent) {
        this.number = number;
        this.csv = csv;
        this.progress = progress;
        this.times = times;
        this.absent = absent;
    }

    /** Steps of a progress display that one fork makes. */
    static int steps(List<Contender> contenders, List<Jdk> jdks, int sizes, int rounds) {
        int starts = contenders.stream().filter(each -> each != Contender.C)
                .mapToInt(each -> jdksOf(each, jdks).size()).sum();
        return starts * (1 + sizes * (1 + rounds));
    }

    private static List<Jdk> jdksOf(Contender contender, List<Jdk> jdks) {
        return contender.kind() instanceof Contender.InC ? jdks.subList(0, 1) : jdks;
    }

    /**
     * Starts everybody, and the reference.
     *
     * @throws Absent there is no reference
     */
    void start(Launcher launcher, List<Contender> contenders, List<Jdk> jdks)
            throws IOException, InterruptedException, Absent {
        reference = new Runner(Contender.C, null, launcher.start(Contender.C, null));
        for (Contender contender : contenders) {
            if (contender == Contender.C) {
                continue;
            }
            for (Jdk jdk : jdksOf(contender, jdks)) {
                Jdk own = contender.kind() instanceof Contender.InC ? null : jdk;
                try {
                    runners.add(new Runner(contender, own, launcher.start(contender, own)));
                } catch (IOException | Absent e) {
                    miss(contender.id() + " on JDK " + jdk.feature(), e);
                }
                progress.step("start " + contender.id());
            }
        }
    }

    private void miss(String who, Exception why) {
        absent.put(who, why.getMessage());
        progress.say("absent: " + who + ": " + why.getMessage());
    }

    /** Measures one size. */
    void measure(int size, int rounds) throws IOException {
        warmUp(size);
        for (int round = 1; round <= rounds; round++) {
            double before = reference.run(times.turn / 2);
            add(reference, size, round, before, Double.NaN);
            for (Runner runner : List.copyOf(runners)) {
                double nanos = runner.run(times.turn);
                double after = reference.run(times.turn / 2);
                add(runner, size, round, nanos, (before + after) / 2 / nanos);
                before = after;
                progress.step(runner.name() + " at " + size + " B");
            }
        }
    }

    private void warmUp(int size) throws IOException {
        reference.warmUp(size, times.turn);
        for (Runner runner : List.copyOf(runners)) {
            boolean inC = runner.contender().kind() instanceof Contender.InC;
            try {
                runner.warmUp(size, inC ? times.turn : times.warmUp);
            } catch (IOException e) {
                miss(runner.name(), e);
                runners.remove(runner);
                runner.close();
            }
            progress.step("warm up " + runner.name() + " at " + size + " B");
        }
    }

    private void add(Runner runner, int size, int round, double nanos, double ratio) {
        csv.add(new Sample(BENCHMARK, runner.contender().id(), Integer.toString(size), runner.feature(), number,
                round, METRIC, nanos, ratio));
    }

    @Override
    public void close() {
        runners.forEach(Runner::close);
        if (reference != null) {
            reference.close();
        }
    }
}
