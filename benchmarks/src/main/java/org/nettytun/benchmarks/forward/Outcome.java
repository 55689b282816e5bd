package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.report.Machine;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.benchmarks.run.Jdk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What was measured.
 *
 * @param benchmark {@code forward} or {@code series}
 * @param folder    for the report
 * @param jdk       of the programs in Java
 * @param samples   all of them, those of the runs before included, if this one adds to them
 * @param absent    the reason by what could not be measured
 * @param seconds   of each measurement
 */
record Outcome(String benchmark, Path folder, Jdk jdk, List<Sample> samples, Map<String, String> absent,
               int seconds) {
    /** The machine and the command, in Markdown, a list. */
    String describe() throws IOException {
        return Machine.describe(List.of(jdk)) + "- command: `" + command() + "`, "
                + samples.stream().mapToInt(Sample::round).distinct().count() + " rounds\n- raw: [" + benchmark
                + ".csv](" + benchmark + ".csv)\n";
    }

    /** For whoever wants to repeat it. */
    String command() {
        return "bin/bench " + benchmark + " --jdk " + jdk.feature() + " --seconds " + seconds;
    }
}
