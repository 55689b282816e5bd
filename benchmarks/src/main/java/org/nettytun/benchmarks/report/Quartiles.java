package org.nettytun.benchmarks.report;

import java.util.Arrays;
import java.util.Collection;

/**
 * The middle of some figures, and how far they spread. Between two ranks it is interpolated linearly (type 7 of
 * Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996).
 *
 * @param count how many figures
 */
public record Quartiles(int count, double first, double median, double third) {
    private static final double FIRST = 0.25;
    private static final double SECOND = 0.5;
    private static final double THIRD = 0.75;

    /** @param figures at least one, in any order */
    public static Quartiles of(Collection<Double> figures) {
        double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Quartiles(sorted.length, quantile(sorted, FIRST), quantile(sorted, SECOND),
                quantile(sorted, THIRD));
    }

    /**
     * @param sorted   at least one figure, the smallest first
     * @param fraction 0 to 1: 0.5 is the median
     */
    public static double quantile(double[] sorted, double fraction) {
        if (sorted.length == 0 || fraction < 0 || fraction > 1) {
            throw new IllegalArgumentException("quantile: expected figures and a fraction of 0 to 1: figures="
                    + Arrays.toString(sorted) + " fraction=" + fraction);
        }
        double rank = fraction * (sorted.length - 1);
        int below = (int) rank;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }
}
