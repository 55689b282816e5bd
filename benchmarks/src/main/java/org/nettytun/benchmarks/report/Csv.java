package org.nettytun.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A file of {@link Sample}s. Each is on the disk once it was added, so that a run which is interrupted is not lost. */
public final class Csv {
    private final Path file;
    private final List<Sample> samples = new ArrayList<>();

    private Csv(Path file) {
        this.file = file;
    }

    /** Starts an empty one, in place of what was there. */
    public static Csv create(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, Sample.HEAD + "\n");
        return new Csv(file);
    }

    /** What is in a file; more can be added. An empty one if there is no such file. */
    public static Csv open(Path file) throws IOException {
        if (!Files.exists(file)) {
            return create(file);
        }
        Csv csv = new Csv(file);
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.get(0).equals(Sample.HEAD)) {
            throw new IOException(file + " must start with the line " + Sample.HEAD);
        }
        lines.stream().skip(1).map(Sample::parse).forEach(csv.samples::add);
        return csv;
    }

    /** Appends one line. */
    public void add(Sample sample) {
        samples.add(sample);
        try {
            Files.writeString(file, sample.toLine() + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In the order of the file. */
    public List<Sample> samples() {
        return List.copyOf(samples);
    }
}
