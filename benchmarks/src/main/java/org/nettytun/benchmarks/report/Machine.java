package org.nettytun.benchmarks.report;

import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Pinning;

import java.io.IOException;
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
        return "- processor: " + processor() + ", " + Pinning.CORES + " cores\n"
                + "- kernel: " + System.getProperty("os.name") + ' ' + System.getProperty("os.version") + ' '
                + System.getProperty("os.arch") + '\n'
                + "- JDK: " + jdks.stream().map(Jdk::fullVersion).collect(Collectors.joining("; ")) + '\n';
    }

    private static String processor() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("unknown");
        }
    }
}
