package org.nettytun.benchmarks.report;

import org.nettytun.benchmarks.run.Commands;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Pinning;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What a reader must know to compare: processor, kernel, JDKs. */
public final class Machine {
    private Machine() {
    }

    /** In Markdown, a list. */
    public static String describe(List<Jdk> jdks) throws IOException {
        return "- processor: " + first(Path.of("/proc/cpuinfo"), "model name") + ", " + Pinning.CORES + " cores\n"
                + "- kernel: " + System.getProperty("os.name") + ' ' + System.getProperty("os.version") + ' '
                + System.getProperty("os.arch") + '\n'
                + "- memory: " + first(Path.of("/proc/meminfo"), "MemTotal") + '\n'
                + "- gcc: " + version("gcc") + "; iperf3: " + version("iperf3") + '\n'
                + "- JDK: " + jdks.stream().map(Jdk::fullVersion).collect(Collectors.joining("; ")) + '\n';
    }

    private static String first(Path file, String name) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("unknown");
        }
    }

    /** The first line that {@code program --version} prints. */
    private static String version(String program) throws IOException {
        if (!Commands.has(program)) {
            return "absent";
        }
        try {
            return Commands.run(program, "--version").lines().findFirst().orElse("unknown");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + program + " told its version");
        }
    }
}
