package org.nettytun.benchmarks.hairpin;

import org.nettytun.benchmarks.report.Absences;
import org.nettytun.benchmarks.report.Row;
import org.nettytun.benchmarks.run.Absent;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Pinning;
import org.nettytun.benchmarks.run.Progress;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The processes of one fork: contenders and their references. Who fails leaves it. */
final class Field implements AutoCloseable {
    private final List<Runner> runners = new ArrayList<>();
    private final Map<Contender, Runner> references = new EnumMap<>(Contender.class);   // without those that cannot run

    private Field() {
    }

    /**
     * One process.
     *
     * @param jdk null for one in C
     */
    record Entry(Contender contender, Jdk jdk) {
        /** With a size in it, as the reports have it. */
        Row row(int size) {
            return new Row(contender.id(), Integer.toString(size), jdk == null ? 0 : jdk.feature());
        }
    }

    /** All that take one of the sizes, beside their references. */
    static List<Entry> entries(List<Contender> contenders, List<Jdk> jdks, List<Integer> sizes) {
        List<Entry> entries = new ArrayList<>();
        for (Contender contender : contenders) {
            if (contender != contender.reference() && sizes.stream().anyMatch(contender::takes)) {
                if (contender.kind() instanceof Contender.InC) {
                    entries.add(new Entry(contender, null));
                } else {
                    jdks.forEach(jdk -> entries.add(new Entry(contender, jdk)));
                }
            }
        }
        return entries;
    }

    /**
     * Starts them, as many at once as there are cores, for nothing is measured meanwhile.
     *
     * @param references of whom a size needs
     * @param absent     takes who cannot run
     */
    static Field start(Launcher launcher, List<Contender> references, List<Entry> entries, Absences absent,
                       Progress progress) throws InterruptedException {
        Field field = new Field();
        ExecutorService starters = Executors.newFixedThreadPool(Pinning.CORES);
        try {
            for (Contender each : references) {
                Entry entry = new Entry(each, null);
                await(starters.submit(() -> launcher.start(each, null)), entry, absent, progress)
                        .ifPresent(runner -> field.references.put(each, runner));
            }
            List<Future<Runner>> starting = new ArrayList<>();
            entries.forEach(each -> starting.add(starters.submit(() -> launcher.start(each.contender(), each.jdk()))));
            for (int i = 0; i < entries.size(); i++) {
                await(starting.get(i), entries.get(i), absent, progress).ifPresent(field.runners::add);
                progress.step("start " + entries.get(i).contender().id());
            }
            return field;
        } catch (InterruptedException | RuntimeException e) {
            field.close();
            throw e;
        } finally {
            starters.shutdownNow();
        }
    }

    private static Optional<Runner> await(Future<Runner> starting, Entry entry, Absences absent, Progress progress)
            throws InterruptedException {
        try {
            return Optional.of(starting.get());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof IOException || e.getCause() instanceof Absent)) {
                throw new IllegalStateException(e.getCause());
            }
            Row all = new Row(entry.contender().id(), Row.ANY, entry.row(0).jdk());
            if (!absent.has(all)) {
                progress.say("absent: " + entry.contender().id() + ": " + e.getCause().getMessage());
            }
            absent.add(all, e.getCause().getMessage());
            return Optional.empty();
        }
    }

    /** Beside whom that size is measured; null if it cannot run. */
    Runner reference(int size) {
        return references.get(Contender.reference(size));
    }

    /** Who takes that size, as of now. */
    List<Runner> runners(int size) {
        return runners.stream().filter(runner -> runner.contender().takes(size)).toList();
    }

    /** It ends. */
    void leave(Runner runner) {
        runners.remove(runner);
        references.values().remove(runner);
        runner.close();
    }

    @Override
    public void close() {
        runners.forEach(Runner::close);
        references.values().forEach(Runner::close);
    }
}
