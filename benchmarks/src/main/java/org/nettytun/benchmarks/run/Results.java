package org.nettytun.benchmarks.run;

import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

import java.nio.file.Path;
import java.util.stream.Stream;

/** Where results go: what all that measure have in common. */
public final class Results {
    private static final Path ALL = Path.of("docs/benchmarks");
    private static final Path SOME = Path.of("benchmarks/target/part");
    private static final Path QUICK = Path.of("benchmarks/target/quick");

    @Option(names = "--quick", description = "Shows that all run, and no more. Writes to benchmarks/target/quick.")
    private boolean quick;

    @Option(names = "--out", paramLabel = "FOLDER",
            description = "For CSV, pictures and text (default: docs/benchmarks; of a part: benchmarks/target/part).")
    private Path out;

    /** For picocli. */
    public Results() {
    }

    /** Whether it is only to show that all run. */
    public boolean isQuick() {
        return quick;
    }

    /**
     * What was chosen; else a place where a part of the results does not replace all of them.
     *
     * @param given the command's options
     */
    public Path folder(ParseResult given) {
        return out != null ? out : quick ? QUICK : isPart(given) ? SOME : ALL;
    }

    private static boolean isPart(ParseResult given) {
        return !given.hasMatchedOption("--add") && (given.hasMatchedPositional(0)
                || Stream.of("--contender", "--load", "--size", "--jdk").anyMatch(given::hasMatchedOption));
    }
}
