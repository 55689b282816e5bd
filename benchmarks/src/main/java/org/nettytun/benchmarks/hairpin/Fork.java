package org.nettytun.benchmarks.hairpin;

import org.nettytun.benchmarks.report.Csv;
import org.nettytun.benchmarks.report.Quartiles;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.benchmarks.run.Absent;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Progress;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One fork: each contender in a fresh process, for what the compiler makes of it is luck. In each round it takes
 * short turns with C, and a ratio is to the turns of C before and after: the machine's moods cancel out.
 */
final class Fork implements AutoCloseable {
    static final String BENCHMARK = "hairpin";
    static final String METRIC = "ns/packet";
    private static final int TURNS = 8;

    /** How long what takes, in milliseconds: the warm-ups of the first size and of the others; a turn. */
    record Times(int warmUp, int next, int turn) {
    }

    private final Csv csv;
    private final Progress progress;
    private final Times times;
    private final int number;
    private final Map<String, String> absent;
    private final List<Runner> runners = new ArrayList<>();
    private final Map<Contender, Runner> references = new EnumMap<>(Contender.class);   // without those that cannot run
    private Runner reference;   // of the contender at hand; null if there is none
    private final Set<Runner> warm = new HashSet<>();

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
    static int steps(List<Contender> contenders, List<Jdk> jdks, List<Integer> sizes, int rounds) {
        return contenders.stream().filter(each -> each != each.reference())
                .mapToInt(each -> jdksOf(each, jdks).size()
                        * (1 + (int) sizes.stream().filter(size -> takes(each, size)).count() * (1 + rounds))).sum();
    }

    private static boolean takes(Contender contender, int size) {
        return contender.isSuper() == SuperPackets.is(size);
    }

    private static List<Jdk> jdksOf(Contender contender, List<Jdk> jdks) {
        return contender.kind() instanceof Contender.InC ? jdks.subList(0, 1) : jdks;
    }

    /** Starts everybody that is needed, and their references. */
    void start(Launcher launcher, List<Contender> contenders, List<Jdk> jdks, List<Integer> sizes)
            throws IOException, InterruptedException {
        for (Contender contender : contenders) {
            if (sizes.stream().noneMatch(size -> takes(contender, size))) {
                continue;
            }
            startReference(launcher, contender.reference());
            if (contender == contender.reference()) {
                continue;
            }
            boolean inC = contender.kind() instanceof Contender.InC;
            for (Jdk jdk : jdksOf(contender, jdks)) {
                try {
                    runners.add(launcher.start(contender, jdk));
                } catch (IOException | Absent e) {
                    miss(contender.id() + (inC ? "" : " on JDK " + jdk.feature()), e);
                }
                progress.step("start " + contender.id());
            }
        }
    }

    private void startReference(Launcher launcher, Contender contender) throws IOException, InterruptedException {
        if (references.containsKey(contender) || absent.containsKey(contender.id())) {
            return;
        }
        try {
            references.put(contender, launcher.start(contender, null));
        } catch (Absent e) {
            miss(contender.id(), e);
        }
    }

    private void miss(String who, Exception why) {
        absent.put(who, why.getMessage());
        progress.say("absent: " + who + ": " + why.getMessage());
    }

    /** Measures one size. */
    void measure(int size, int rounds) throws IOException {
        reference = references.get(SuperPackets.is(size) ? Contender.C_VNET : Contender.C);
        warmUp(size);
        for (int round = 1; round <= rounds; round++) {
            List<Double> all = new ArrayList<>(List.of(reference()));
            for (Runner runner : runnersOf(size)) {
                alternate(runner, size, round, all);
                progress.step(runner.name() + " at " + size + " B");
            }
            if (reference != null) {
                add(reference, size, round, Quartiles.of(all).first(), Double.NaN);
            }
        }
    }

    private List<Runner> runnersOf(int size) {
        return runners.stream().filter(runner -> takes(runner.contender(), size)).toList();
    }

    /**
     * A round of one contender: by turns with the reference. Of each the first quartile counts, because what disturbs
     * a turn can only make it slower.
     *
     * @param all turns of the reference so far, of which the last was just now; takes its further ones
     */
    private void alternate(Runner runner, int size, int round, List<Double> all) throws IOException {
        List<Double> its = new ArrayList<>();
        int before = all.size() - 1;
        for (int turn = 0; turn < TURNS; turn++) {
            its.add(runner.turn(times.turn));
            all.add(reference());
        }
        double nanos = Quartiles.of(its).first();
        add(runner, size, round, nanos, Quartiles.of(all.subList(before, all.size())).first() / nanos);
    }

    private double reference() throws IOException {
        return reference == null ? Double.NaN : reference.turn(times.turn);
    }

    private void warmUp(int size) throws IOException {
        if (reference != null) {
            reference.warmUp(size, times.turn);
        }
        for (Runner runner : runnersOf(size)) {
            boolean inC = runner.contender().kind() instanceof Contender.InC;
            try {
                runner.warmUp(size, inC ? times.turn : warm.add(runner) ? times.warmUp : times.next);
            } catch (IOException e) {
                miss(runner.name(), e);
                runners.remove(runner);
                runner.close();
            }
            progress.step("warm up " + runner.name() + " at " + size + " B");
        }
    }

    private void add(Runner runner, int size, int round, double nanos, double ratio) {
        csv.add(new Sample(BENCHMARK, runner.contender().id(), Integer.toString(size), runner.jdk(), number,
                round, METRIC, nanos, ratio));
    }

    @Override
    public void close() {
        runners.forEach(Runner::close);
        references.values().forEach(Runner::close);
    }
}
