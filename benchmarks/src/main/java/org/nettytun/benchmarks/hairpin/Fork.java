package org.nettytun.benchmarks.hairpin;

import org.nettytun.benchmarks.report.Absences;
import org.nettytun.benchmarks.report.Csv;
import org.nettytun.benchmarks.report.Quartiles;
import org.nettytun.benchmarks.report.Row;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.benchmarks.run.Progress;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * One fork: each contender in a fresh process, for what the compiler makes of it is luck. In each round it takes
 * short turns with C, and a ratio is to the turns of C before and after: the machine's moods cancel out.
 */
final class Fork implements AutoCloseable {
    static final String BENCHMARK = "hairpin";
    static final String METRIC = "ns/packet";
    private static final int TURNS = 6;
    /**
     * Of a round, for those that have threads on both cores. What slows the way between the cores comes and stays for
     * some seconds, so their turns are spread over as many.
     */
    private static final int VISITS = 2;

    /** How long what takes, in milliseconds: the warm-ups of the first size and of the others; a turn. */
    record Times(int warmUp, int next, int turn) {
    }

    private final Csv csv;
    private final Progress progress;
    private final Times times;
    private final int number;
    private final Absences absent;
    private final Field field;
    private final Set<Runner> warm = new HashSet<>();
    private final List<Sample> samples = new ArrayList<>();   // of the size at hand
    private Runner reference;   // of the size at hand; null if there is none

    /**
     * @param number of the fork, from 1
     * @param field  who takes part
     * @param absent takes who cannot run, and why
     */
    Fork(int number, Csv csv, Progress progress, Times times, Field field, Absences absent) {
        this.number = number;
        this.csv = csv;
        this.progress = progress;
        this.times = times;
        this.field = field;
        this.absent = absent;
    }

    /** Steps of a progress display that one fork makes. */
    static int steps(List<Field.Entry> entries, List<Integer> sizes, int rounds) {
        return entries.stream().mapToInt(each -> {
            long measured = sizes.stream().filter(each.contender()::takes).count();
            return 1 + (int) measured * (1 + rounds * visits(each.contender()));
        }).sum();
    }

    private static int visits(Contender contender) {
        return contender.kind().cores() > 1 ? VISITS : 1;
    }

    /** Measures one size. What lost packets meanwhile has no figure. */
    void measure(int size, int rounds) {
        samples.clear();
        reference = field.reference(size);
        warmUp(size);
        for (int round = 1; round <= rounds; round++) {
            round(size, round);
        }
        check(size);
        samples.forEach(csv::add);
    }

    /**
     * Each takes its turns with the reference, and then those that need more visits have them. Of the turns the first
     * quartile counts, because what disturbs one can only make it slower.
     */
    private void round(int size, int round) {
        Map<Runner, Turns> turns = new LinkedHashMap<>();
        List<Double> all = new ArrayList<>(List.of(reference(size)));
        for (int visit = 1; visit <= VISITS; visit++) {
            for (Runner runner : shuffled(size, round)) {
                if (visit <= visits(runner.contender())) {
                    alternate(runner, size, turns.computeIfAbsent(runner, any -> new Turns()), all);
                    progress.step(runner.name() + " at " + size + " B");
                }
            }
        }
        if (reference != null) {
            add(reference, size, round, Quartiles.of(all).first(), Double.NaN);
        }
        turns.keySet().retainAll(field.runners(size));
        turns.forEach((runner, its) -> {
            double nanos = Quartiles.of(its.own).first();
            add(runner, size, round, nanos, Quartiles.of(its.reference).first() / nanos);
        });
    }

    /** In another order in each round, for a place is worth up to 1.5 %. */
    private List<Runner> shuffled(int size, int round) {
        List<Runner> order = new ArrayList<>(field.runners(size));
        Collections.shuffle(order, new Random(31L * number + round));
        return order;
    }

    /** Nanoseconds a packet, of one contender and of the reference beside it. */
    private record Turns(List<Double> own, List<Double> reference) {
        Turns() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    /** @param all turns of the reference so far, of which the last was just now; takes its further ones */
    private void alternate(Runner runner, int size, Turns its, List<Double> all) {
        int before = all.size() - 1;
        try {
            for (int turn = 0; turn < TURNS; turn++) {
                its.own.add(runner.turn(times.turn));
                all.add(reference(size));
            }
        } catch (IOException e) {
            lose(runner, size, e);
        }
        its.reference.addAll(all.subList(before, all.size()));
    }

    /** The reference, if there is one, and those measured beside it. */
    private List<Runner> everybody(int size) {
        List<Runner> all = new ArrayList<>(field.runners(size));
        if (reference != null) {
            all.add(0, reference);
        }
        return all;
    }

    /** So many as at the beginning are still in flight, or else what was measured is something else. */
    private void check(int size) {
        for (Runner runner : everybody(size)) {
            try {
                runner.check();
            } catch (IOException e) {
                lose(runner, size, e);
            }
        }
    }

    /** NaN if there is none; one that fails is none from then on. */
    private double reference(int size) {
        try {
            return reference == null ? Double.NaN : reference.turn(times.turn);
        } catch (IOException e) {
            lose(reference, size, e);
            return Double.NaN;
        }
    }

    private void warmUp(int size) {
        for (Runner runner : everybody(size)) {
            boolean inC = runner.contender().kind() instanceof Contender.InC;
            try {
                runner.warmUp(size, inC ? times.turn : warm.add(runner) ? times.warmUp : times.next);
            } catch (IOException e) {
                lose(runner, size, e);
            }
            if (runner != reference) {
                progress.step("warm up " + runner.name() + " at " + size + " B");
            }
        }
    }

    private void lose(Runner runner, int size, IOException why) {
        absent.add(new Row(runner.contender().id(), Integer.toString(size), runner.jdk()), why.getMessage());
        progress.say("absent: " + runner.name() + " at " + size + " B: " + why.getMessage());
        if (runner == reference) {
            reference = null;
            samples.clear();   // without it there is no ratio
        }
        samples.removeIf(sample -> sample.contender().equals(runner.contender().id())
                && sample.jdk() == runner.jdk());
        field.leave(runner);
    }

    private void add(Runner runner, int size, int round, double nanos, double ratio) {
        samples.add(new Sample(BENCHMARK, runner.contender().id(), Integer.toString(size), runner.jdk(), number,
                round, METRIC, nanos, ratio));
    }

    @Override
    public void close() {
        field.close();
    }
}
