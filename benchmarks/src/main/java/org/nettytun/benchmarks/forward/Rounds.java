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
    private final Progress progress;
    private final Map<Contender, Place> places = new EnumMap<>(Contender.class);
    private final Map<String, String> absent = new LinkedHashMap<>();

    /**
     * @param benchmark as in the CSV
     * @param folder    for programs and what they complain of
     */
    Rounds(String benchmark, Launcher launcher, Path folder, Csv csv, Progress progress) {
        this.benchmark = benchmark;
        this.launcher = launcher;
        this.traffic = new Traffic(folder);
        this.csv = csv;
        this.progress = progress;
    }

    /** Starts all, and lets them get warm. Those that cannot be started are absent. */
    void start(List<Contender> contenders, List<Load> loads, int warmUpSeconds) throws InterruptedException {
        for (Contender contender : contenders) {
            try {
                Place place = Place.start(contender, launcher);
                places.put(contender, place);
                for (Load load : warmUpSeconds == 0 ? List.<Load>of() : loads) {
                    traffic.run(load, place.running, place.ends, warmUpSeconds);
                }
            } catch (Absent | IOException e) {
                lose(contender, e);
            }
            progress.step(contender.id() + " started");
        }
    }

    /** One round of all loads. */
    void run(int round, List<Load> loads, int seconds) throws InterruptedException {
        List<Contender> order = new ArrayList<>(places.keySet());
        Collections.rotate(order, -round);
        for (Load load : loads) {
            Map<Contender, Map<Metric, Double>> figures = new EnumMap<>(Contender.class);
            for (Contender contender : order) {
                Place place = places.get(contender);
                try {
                    figures.put(contender, traffic.run(load, place.running, place.ends, seconds));
                } catch (IOException e) {
                    absent.putIfAbsent(contender.id() + " with " + load.id(), oneLine(e));
                }
                progress.step(load.id() + ' ' + contender.id());
            }
            figures.forEach((contender, each) -> each.forEach((metric, value) -> {
                Double reference = figures.getOrDefault(contender.reference(), Map.of()).get(metric);
                csv.add(new Sample(benchmark, contender.id(), load.id(), launcher.jdk(), 1, round, metric.label(),
                        value, metric.ratio(value, reference)));
            }));
        }
    }

    /** What could not be measured: who, or who with what load; and why. */
    Map<String, String> absent() {
        return Collections.unmodifiableMap(absent);
    }

    private void lose(Contender contender, Exception why) {
        absent.put(contender.id(), oneLine(why));
        Place place = places.remove(contender);
        if (place != null) {
            place.close();
        }
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
            try {
                return new Place(contender.start(launcher, ends), ends);
            } catch (Absent | IOException | InterruptedException | RuntimeException e) {
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
