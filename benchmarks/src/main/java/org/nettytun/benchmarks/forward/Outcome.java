package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.report.Machine;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.benchmarks.run.Jdk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What was measured.
 *
 * @param benchmark {@code forward} or {@code series}
 * @param folder    for the report
 * @param jdks      of the programs in Java
 * @param samples   all of them, those of the runs before included, if this one adds to them
 * @param absent    the section that tells what could not be measured
 * @param seconds   of each measurement
 * @param any       whether anything was measured
 */
record Outcome(String benchmark, Path folder, List<Jdk> jdks, List<Sample> samples, String absent,
               int seconds, boolean any) {
    /** The machine and the command, in Markdown, a list. */
    String describe() throws IOException {
        return Machine.describe(jdks) + "- command: `" + command() + "`, "
                + samples.stream().mapToInt(Sample::round).distinct().count() + " rounds\n- raw: [" + benchmark
                + ".csv](" + benchmark + ".csv)\n";
    }

    /** For whoever wants to repeat it. */
    String command() {
        return "bin/bench " + benchmark + " --jdk "
                + jdks.stream().map(jdk -> Integer.toString(jdk.feature())).collect(Collectors.joining(","))
                + " --seconds " + seconds;
    }
}
