package org.nettytun.benchmarks.report;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** {@code bench compare}: whether two runs say the same. */
@Command(name = "compare", mixinStandardHelpOptions = true,
        description = "Compares the median ratios of two runs. Ends with 1 if one differs by more than the tolerance,"
                + " or if one file has a row that the other has not.")
public final class CompareCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "CSV", description = "Of the first run.")
    private Path first;

    @Parameters(index = "1", paramLabel = "CSV", description = "Of the second.")
    private Path second;

    @Option(names = "--percent", paramLabel = "N", defaultValue = "5",
            description = "The tolerance (default: ${DEFAULT-VALUE}).")
    private double percent;

    @Spec
    private CommandSpec spec;

    /** For picocli. */
    public CompareCommand() {
    }

    @Override
    public Integer call() throws IOException {
        Map<String, Double> mine = medians(Csv.open(first).samples());
        Map<String, Double> others = medians(Csv.open(second).samples());
        Set<String> alone = new TreeSet<>();   // rows of one file only
        mine.keySet().stream().filter(row -> !others.containsKey(row)).forEach(row -> alone.add(row + " in " + first));
        others.keySet().stream().filter(row -> !mine.containsKey(row)).forEach(row -> alone.add(row + " in " + second));
        others.keySet().retainAll(mine.keySet());
        if (others.isEmpty()) {
            throw new IOException(first + " and " + second + " have no ratio in common");
        }
        double most = 0;
        for (Map.Entry<String, Double> other : others.entrySet()) {
            double here = mine.get(other.getKey());
            double difference = Math.abs(other.getValue() / here - 1) * 100;
            most = Math.max(most, difference);
            spec.commandLine().getOut().println(String.format(Locale.ROOT, "%5.1f %%  %.3f  %.3f  %s", difference, here,
                    other.getValue(), other.getKey()));
        }
        spec.commandLine().getOut().println(String.format(Locale.ROOT, "%d ratios, differing by %.1f %% at most",
                others.size(), most));
        alone.forEach(row -> spec.commandLine().getOut().println("only " + row));
        return most <= percent && alone.isEmpty() ? 0 : 1;
    }

    /** Median ratio by contender, load, JDK and metric. */
    static Map<String, Double> medians(List<Sample> samples) {
        Map<String, List<Double>> ratios = samples.stream().filter(sample -> !Double.isNaN(sample.ratio()))
                .collect(Collectors.groupingBy(sample -> String.join(" ", sample.contender(), sample.load(),
                        "jdk=" + sample.jdk(), sample.metric()), TreeMap::new,
                        Collectors.mapping(Sample::ratio, Collectors.toList())));
        Map<String, Double> medians = new TreeMap<>();
        ratios.forEach((key, values) -> medians.put(key, Quartiles.of(values).median()));
        return medians;
    }
}
