package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.report.Quartiles;

import java.util.List;

/** What a figure is. */
enum Metric {
    /** Of TCP, what the receiver got. */
    GBIT("Gbit/s", true, 2),
    /** What the sender sent. */
    SENT("sent kpps", true, 1),
    /** Datagrams that the receiver's kernel had to deliver, as it counted them. */
    FORWARDED("forwarded kpps", true, 1),
    /** What the receiving application got. */
    RECEIVED("received kpps", true, 1),
    /** Of the program, all its threads, by datagram that got through and packet that it wrote to the sender. */
    CPU("CPU ns/packet", false, 0),
    /** Round trips: so many took no longer. */
    P50("p50 us", false, 0, 0.5),
    /** Likewise. */
    P90("p90 us", false, 0, 0.9),
    /** Likewise. */
    P99("p99 us", false, 0, 0.99),
    /** Likewise. */
    P999("p99.9 us", false, 0, 0.999),
    /** Pings without an answer within a second. */
    LOST("lost %", false, 2);

    /** In order. */
    static final List<Metric> LATENCIES = List.of(P50, P90, P99, P999);

    private final String label;
    private final boolean moreIsFaster;
    private final int digits;
    private final double quantile;

    Metric(String label, boolean moreIsFaster, int digits) {
        this(label, moreIsFaster, digits, Double.NaN);
    }

    Metric(String label, boolean moreIsFaster, int digits, double quantile) {
        this.label = label;
        this.moreIsFaster = moreIsFaster;
        this.digits = digits;
        this.quantile = quantile;
    }

    /** Name and unit, as in the CSV. */
    String label() {
        return label;
    }

    /** Places after the point, in tables. */
    int digits() {
        return digits;
    }

    /** Of {@link #LATENCIES}: the fraction that took no longer. */
    double quantile() {
        return quantile;
    }

    /** @param sorted round trips, the shortest first */
    double of(double[] sorted) {
        return Quartiles.quantile(sorted, quantile);
    }

    /** How fast a figure is beside another: above 1 if faster. NaN if one of them is none. */
    double ratio(Double figure, Double reference) {
        if (figure == null || reference == null || figure == 0 || reference == 0) {
            return Double.NaN;
        }
        return moreIsFaster ? figure / reference : reference / figure;
    }
}
