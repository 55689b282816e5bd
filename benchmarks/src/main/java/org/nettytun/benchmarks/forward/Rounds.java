package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.report.Csv;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.benchmarks.run.Absent;
import org.nettytun.benchmarks.run.Progress;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures contenders in turn: in each round, each load goes through one after the other, and each round begins with
 * another one. All are started once, each between two ends of its own; those whose turn it is not sleep in the kernel.
 */
final class Rounds implements AutoCloseable {
    private final String benchmark;
    private final Launcher launcher;
    private final Traffic traffic;
    private final Csv csv;
    private final Map<Contender, Place> places = new EnumMap<>(Contender.class);
    private final Map<String, String> absent = new LinkedHashMap<>();

    /**
     * @param benchmark as in the CSV
     * @param folder    for programs and what they complain of
     */
    Rounds(String benchmark, Launcher launcher, Path folder, Csv csv) {
        this.benchmark = benchmark;
        this.launcher = launcher;
        this.traffic = new Traffic(folder);
        this.csv = csv;
    }

    /** Starts all. Those that cannot be started are absent. */
    void start(List<Contender> contenders, Progress progress) throws InterruptedException {
        for (Contender contender : contenders) {
            try {
                places.put(contender, Place.start(contender, launcher));
            } catch (Absent | IOException e) {
                absent.put(contender.id(), oneLine(e));
            }
            progress.step(contender.id() + (places.containsKey(contender) ? " started" : " is absent"));
        }
    }

    /** Those that started. */
    int size() {
        return places.size();
    }

    /** Lets them get warm, for compilers are slow. */
    void warmUp(List<Load> loads, int seconds) throws InterruptedException {
        for (Load load : loads) {
            for (Contender contender : places.keySet()) {
                measure(contender, load, new Traffic.Length(seconds, seconds));
            }
        }
    }

    /** One round of all loads. */
    void run(int round, List<Load> loads, Traffic.Length length, Progress progress) throws InterruptedException {
        List<Contender> order = new ArrayList<>(places.keySet());
        Collections.rotate(order, -round);
        for (Load load : loads) {
            Map<Contender, Map<Metric, Double>> figures = new EnumMap<>(Contender.class);
            for (Contender contender : order) {
                figures.put(contender, measure(contender, load, length));
                progress.step(load.id() + ' ' + contender.id());
            }
            figures.forEach((contender, each) -> each.forEach((metric, value) -> {
                Double reference = contender.reference() == null ? null
                        : figures.getOrDefault(contender.reference(), Map.of()).get(metric);
                csv.add(new Sample(benchmark, contender.id(), load.id(), contender.inJava() ? launcher.jdk() : 0, 1,
                        round, metric.label(), value, metric.ratio(value, reference)));
            }));
        }
    }

    /** Nothing, and it is absent, if it cannot be measured. */
    private Map<Metric, Double> measure(Contender contender, Load load, Traffic.Length length)
            throws InterruptedException {
        Place place = places.get(contender);
        try {
            return traffic.run(load, place.running, place.ends, length);
        } catch (IOException e) {
            absent.putIfAbsent(contender.id() + " with " + load.id(), oneLine(e));
            return Map.of();
        }
    }

    /** What could not be measured: who, or who with what load; and why. */
    Map<String, String> absent() {
        return Collections.unmodifiableMap(absent);
    }

    private static String oneLine(Exception e) {
        return e.getMessage().strip().replaceAll("\\s*\\R\\s*", " / ");
    }

    @Override
    public void close() {
        places.values().forEach(Place::close);
    }

    /** A contender between its ends. */
    private record Place(Running running, Ends ends) implements AutoCloseable {
        static Place start(Contender contender, Launcher launcher) throws Absent, IOException, InterruptedException {
            Ends ends = Ends.create();
            Running running = null;
            try {
                running = contender.start(launcher, ends);
                ends.await();
                ends.ping(contender.hops());
                return new Place(running, ends);
            } catch (Absent | IOException | InterruptedException | RuntimeException e) {
                if (running != null) {
                    running.close();
                }
                ends.close();
                throw e;
            }
        }

        @Override
        public void close() {
            running.close();
            ends.close();
        }
    }
}
