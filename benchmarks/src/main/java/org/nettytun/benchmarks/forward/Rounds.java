package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.report.Absences;
import org.nettytun.benchmarks.report.Csv;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.benchmarks.run.Absent;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Progress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures contenders in turn: in each round, each load goes through one after the other, and each round begins with
 * another one. All are started once, each between two ends of its own; those whose turn it is not sleep in the kernel.
 */
final class Rounds implements AutoCloseable {
    private final String benchmark;
    private final Path folder;
    private final Traffic traffic;
    private final Csv csv;
    private final Map<Forwarder, Place> places = new LinkedHashMap<>();
    private final Absences absent;

    /**
     * @param benchmark as in the CSV
     * @param folder    for programs and what they complain of
     * @param absent    takes who could not be measured, or with what load; and why
     */
    Rounds(String benchmark, Path folder, Csv csv, Absences absent) {
        this.benchmark = benchmark;
        this.folder = folder;
        this.absent = absent;
        this.traffic = new Traffic(folder);
        this.csv = csv;
    }

    /** Starts all, those in Java on each JDK. Those that cannot be started are absent. */
    void start(List<Contender> contenders, List<Jdk> jdks, Progress progress)
            throws IOException, InterruptedException {
        Map<Integer, Launcher> launchers = new HashMap<>(Map.of(0, new Launcher(folder, null)));
        for (Jdk jdk : jdks) {
            launchers.put(jdk.feature(), new Launcher(Files.createDirectories(folder.resolve("jdk-" + jdk.feature())),
                    jdk));
        }
        for (Forwarder each : Forwarder.on(contenders, jdks)) {
            try {
                places.put(each, Place.start(each.contender(), launchers.get(each.jdk())));
                progress.step(each.name() + " started");
            } catch (Absent | IOException e) {
                progress.say("absent: " + each.name() + ": " + e.getMessage());
                absent.add(each.row(), e.getMessage());
                progress.step(each.name() + " is absent");
            }
        }
    }

    /** Those that started. */
    int size() {
        return places.size();
    }

    /** Lets them get warm, for compilers are slow. */
    void warmUp(List<Load> loads, int seconds) throws InterruptedException {
        for (Load load : loads) {
            for (Forwarder contender : places.keySet()) {
                measure(contender, load, new Traffic.Length(seconds, seconds));
            }
        }
    }

    /** One round of all loads. */
    void run(int round, List<Load> loads, Traffic.Length length, Progress progress) throws InterruptedException {
        List<Forwarder> order = new ArrayList<>(places.keySet());
        Collections.rotate(order, -round);
        for (Load load : loads) {
            Map<Forwarder, Map<Metric, Double>> figures = new LinkedHashMap<>();
            for (Forwarder contender : order) {
                figures.put(contender, measure(contender, load, length));
                progress.step(load.id() + ' ' + contender.name());
            }
            figures.forEach((contender, each) -> each.forEach((metric, value) -> {
                Double reference = contender.reference() == null ? null
                        : figures.getOrDefault(contender.reference(), Map.of()).get(metric);
                csv.add(new Sample(benchmark, contender.contender().id(), load.id(), contender.jdk(), 1, round,
                        metric.label(), value, metric.ratio(value, reference)));
            }));
        }
    }

    /** Nothing, and it is absent, if it cannot be measured. */
    private Map<Metric, Double> measure(Forwarder contender, Load load, Traffic.Length length)
            throws InterruptedException {
        Place place = places.get(contender);
        try {
            return traffic.run(load, place.running, place.ends, length);
        } catch (IOException e) {
            absent.add(contender.row(load), e.getMessage());
            return Map.of();
        }
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
