package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.report.Quartiles;
import org.nettytun.benchmarks.report.Sample;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** What was measured, by contender, load and metric, as cells of a table. A cell without figures is empty. */
record Figures(List<Sample> samples) {
    private static final int RATIO_DIGITS = 2;

    /** Whether there are any. */
    boolean has(Load load) {
        return samples.stream().anyMatch(sample -> sample.load().equals(load.id()));
    }

    /** Whether there are any. */
    boolean has(Forwarder contender, Load load) {
        return samples.stream().anyMatch(sample -> sample.load().equals(load.id())
                && contender.is(sample));
    }

    /** The median. */
    String value(Forwarder contender, Load load, Metric metric) {
        List<Double> values = list(contender, load, metric, Sample::value);
        return values.isEmpty() ? "" : number(Quartiles.of(values).median(), metric.digits());
    }

    /** The median and the quartiles. */
    String spread(Forwarder contender, Load load, Metric metric) {
        return spread(list(contender, load, metric, Sample::value), metric.digits());
    }

    /** The median and the quartiles of the ratios in each round. */
    String ratio(Forwarder contender, Load load, Metric metric) {
        return spread(list(contender, load, metric, Sample::ratio), RATIO_DIGITS);
    }

    /** Likewise of any ratios. */
    static String ratio(List<Double> ratios) {
        return spread(ratios, RATIO_DIGITS);
    }

    /** For plots; NaN if there is none. */
    double median(Forwarder contender, Load load, Metric metric) {
        return median(list(contender, load, metric, Sample::value));
    }

    /** For plots; NaN if there is none. */
    double medianRatio(Forwarder contender, Load load, Metric metric) {
        return median(list(contender, load, metric, Sample::ratio));
    }

    /** By round. */
    Map<Integer, Double> byRound(Forwarder contender, Load load, Metric metric) {
        Map<Integer, Double> rounds = new TreeMap<>();
        samples.stream().filter(sample -> is(sample, contender, load, metric))
                .forEach(sample -> rounds.put(sample.round(), sample.value()));
        return rounds;
    }

    private List<Double> list(Forwarder contender, Load load, Metric metric, ToDoubleFunction<Sample> figure) {
        return samples.stream().filter(sample -> is(sample, contender, load, metric)).mapToDouble(figure)
                .filter(value -> !Double.isNaN(value)).boxed().toList();
    }

    private static boolean is(Sample sample, Forwarder contender, Load load, Metric metric) {
        return contender.is(sample) && sample.load().equals(load.id())
                && sample.metric().equals(metric.label());
    }

    private static double median(List<Double> values) {
        return values.isEmpty() ? Double.NaN : Quartiles.of(values).median();
    }

    private static String spread(List<Double> values, int digits) {
        if (values.isEmpty()) {
            return "";
        }
        Quartiles quartiles = Quartiles.of(values);
        return number(quartiles.median(), digits) + " (" + number(quartiles.first(), digits) + "–"
                + number(quartiles.third(), digits) + ')';
    }

    private static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
