package org.nettytun.benchmarks.jmh;

import org.nettytun.benchmarks.report.Absences;
import org.nettytun.benchmarks.report.Csv;
import org.nettytun.benchmarks.report.Row;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Results;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** {@code bench jmh}. */
@Command(name = "jmh", mixinStandardHelpOptions = true,
        description = "Single operations, by JMH, with the bytes that they allocate: allocators, checksum, routes,"
                + " split and merge.")
public final class JmhCommand implements Callable<Integer> {
    private static final String BENCHMARK = "jmh";
    /** In place of a contender, where a benchmark has none. */
    private static final String NOBODY = "-";
    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final long MILLIS = 500;
    private static final long QUICK_MILLIS = 30;
    private static final int QUICK_ITERATIONS = 1;

    @Parameters(arity = "0..1", paramLabel = "REGEX", defaultValue = ".*", description = "Which (default: all).")
    private String which;

    @Option(names = "--jdk", split = ",", paramLabel = "N", defaultValue = "17,25",
            description = "Under which JDKs (default: ${DEFAULT-VALUE}; quick: the one of this program).")
    private List<Integer> features;

    @Mixin
    private Results results;

    @Spec
    private CommandSpec spec;

    /** For picocli. */
    public JmhCommand() {
    }

    @Override
    public Integer call() throws Exception {
        boolean given = spec.commandLine().getParseResult().hasMatchedOption("--jdk");
        List<Integer> chosen = results.isQuick() && !given ? List.of(Runtime.version().feature()) : features;
        Absences absent = new Absences();
        List<Jdk> jdks = absent.jdks(chosen);
        Path folder = results.folder(spec.commandLine().getParseResult());
        Csv csv = Csv.create(folder.resolve(BENCHMARK + ".csv"));
        for (Jdk jdk : jdks) {
            for (RunResult result : new Runner(options(jdk).build()).run()) {
                add(csv, jdk, result);
            }
        }
        new JmhReport(folder, csv.samples(), jdks, absent.section(expected(chosen), csv.samples())).write();
        spec.commandLine().getOut().println(folder.resolve("jmh.md"));
        return csv.samples().isEmpty() ? 1 : 0;
    }

    /** All that JMH finds, so that one which fails is missed. */
    private List<Row> expected(List<Integer> chosen) {
        OutputFormat silent = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
        List<Row> rows = new ArrayList<>();
        for (BenchmarkListEntry each : BenchmarkList.defaultList().find(silent, List.of(pattern()), List.of())) {
            Stream<String> contenders = each.getParams().orElse(Map.of()).values().stream().findFirst()
                    .map(Arrays::stream).orElse(Stream.of(NOBODY));
            contenders.forEach(contender -> chosen.forEach(jdk -> rows.add(new Row(contender, load(each.getUsername()),
                    jdk))));
        }
        return rows;
    }

    private String pattern() {
        return JmhCommand.class.getPackageName() + ".*(" + which + ")";
    }

    /** {@code Checksum.eightBytes} of the method's whole name. */
    private static String load(String benchmark) {
        return benchmark.replaceAll(".*\\.(\\w+)Benchmark\\.", "$1.");
    }

    private ChainedOptionsBuilder options(Jdk jdk) {
        List<String> java = jdk.java("");
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(pattern())
                .addProfiler(GCProfiler.class)
                .jvm(java.get(0))
                .jvmArgs(java.subList(1, java.size() - 2).toArray(String[]::new))
                .forks(results.isQuick() ? 1 : 2)
                .shouldFailOnError(false);
        TimeValue time = TimeValue.milliseconds(results.isQuick() ? QUICK_MILLIS : MILLIS);
        options.warmupTime(time).measurementTime(time);
        if (results.isQuick()) {
            options.jvmArgsAppend("-D" + LookupBenchmark.SMALLER + "=20");
        }
        return results.isQuick() ? options.warmupIterations(1).measurementIterations(QUICK_ITERATIONS)
                .verbosity(VerboseMode.SILENT)
                : options.warmupIterations(3).measurementIterations(4);
    }

    private static void add(Csv csv, Jdk jdk, RunResult result) {
        String load = load(result.getParams().getBenchmark());
        Collection<String> parameters = result.getParams().getParamsKeys();
        String contender = parameters.isEmpty() ? NOBODY : result.getParams().getParam(parameters.iterator().next());
        int fork = 0;
        for (BenchmarkResult each : result.getBenchmarkResults()) {
            fork++;
            int round = 0;
            for (IterationResult iteration : each.getIterationResults()) {
                round++;
                Result<?> time = iteration.getPrimaryResult();
                csv.add(new Sample(BENCHMARK, contender, load, jdk.feature(), fork, round, time.getScoreUnit(),
                        time.getScore(), Double.NaN));
                Result<?> bytes = iteration.getSecondaryResults().get(ALLOCATED);
                if (bytes != null) {
                    csv.add(new Sample(BENCHMARK, contender, load, jdk.feature(), fork, round, bytes.getScoreUnit(),
                            bytes.getScore(), Double.NaN));
                }
            }
        }
    }
}
