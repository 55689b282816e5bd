package org.nettytun.benchmarks.report;

import java.util.List;
import java.util.Locale;

/**
 * One figure of one run of one contender: a line of the CSV.
 *
 * @param benchmark of which benchmark: {@code hairpin}, {@code forward}, …
 * @param contender who ran
 * @param load      what it was given: bytes a packet, or the name of a kind of traffic
 * @param jdk       feature version; 0 if there is no JVM in it
 * @param fork      which process of this contender, from 1
 * @param round     which round of this fork, from 1
 * @param metric    what {@code value} is, with its unit: {@code ns/packet}
 * @param value     the figure
 * @param ratio     how fast beside the reference in the same round, 1 if as fast, above 1 if faster; NaN if nothing was
 *                  compared
 */
public record Sample(String benchmark, String contender, String load, int jdk, int fork, int round, String metric,
                     double value, double ratio) {
    /** The CSV's first line. */
    static final String HEAD = "benchmark,contender,load,jdk,fork,round,metric,value,ratio";
    private static final int FIELDS = 9;

    /** Checks that each text can stand between two commas. */
    public Sample {
        for (String text : List.of(benchmark, contender, load, metric)) {
            if (text.isEmpty() || text.contains(",") || text.contains("\n")) {
                throw new IllegalArgumentException("a sample's texts have no comma and are not empty: \"" + text + '"');
            }
        }
    }

    /** One line. */
    String toLine() {
        return String.format(Locale.ROOT, "%s,%s,%s,%d,%d,%d,%s,%.4f,%s", benchmark, contender, load, jdk, fork, round,
                metric, value, Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.5f", ratio));
    }

    /** @throws IllegalArgumentException it is not such a line */
    static Sample parse(String line) {
        String[] fields = line.split(",", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("expected " + FIELDS + " fields, " + HEAD + ": " + line);
        }
        return new Sample(fields[0], fields[1], fields[2], Integer.parseInt(fields[3]), Integer.parseInt(fields[4]),
                Integer.parseInt(fields[5]), fields[6], Double.parseDouble(fields[7]),
                fields[8].isEmpty() ? Double.NaN : Double.parseDouble(fields[8]));
    }
}
