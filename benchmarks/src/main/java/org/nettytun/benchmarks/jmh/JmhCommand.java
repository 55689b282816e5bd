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
import org.openjdk.jmh.runner.Runner;
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
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code bench jmh}. */
@Command(name = "jmh", mixinStandardHelpOptions = true,
        description = "Single operations, by JMH, with the bytes that they allocate: allocators, checksum, routes,"
                + " split and merge.")
public final class JmhCommand implements Callable<Integer> {
    private static final String BENCHMARK = "jmh";
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
        List<Row> expected = csv.samples().stream().flatMap(sample -> chosen.stream()
                .map(jdk -> new Row(sample.contender(), sample.load(), jdk))).distinct().toList();
        new JmhReport(folder, csv.samples(), jdks, absent.section(expected, csv.samples())).write();
        spec.commandLine().getOut().println(folder.resolve("jmh.md"));
        return csv.samples().isEmpty() ? 1 : 0;
    }

    private ChainedOptionsBuilder options(Jdk jdk) {
        List<String> java = jdk.java("");
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(JmhCommand.class.getPackageName() + ".*(" + which + ")")
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
        String load = result.getParams().getBenchmark().replaceAll(".*\\.(\\w+)Benchmark\\.", "$1.");
        Collection<String> parameters = result.getParams().getParamsKeys();
        String contender = parameters.isEmpty() ? "-" : result.getParams().getParam(parameters.iterator().next());
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
