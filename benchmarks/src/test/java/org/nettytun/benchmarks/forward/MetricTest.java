package org.nettytun.benchmarks.forward;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class MetricTest {
    @Test
    void isAboveOneIfFaster() {
        assertEquals(2, Metric.FORWARDED.ratio(200.0, 100.0));
        assertEquals(2, Metric.CPU.ratio(500.0, 1000.0));
        assertEquals(0.5, Metric.P99.ratio(50.0, 25.0));
    }

    @Test
    void isNoneBesideNothing() {
        assertEquals(Double.NaN, Metric.GBIT.ratio(1.0, null));
        assertEquals(Double.NaN, Metric.GBIT.ratio(null, 1.0));
        assertEquals(Double.NaN, Metric.GBIT.ratio(1.0, 0.0));
    }
}
