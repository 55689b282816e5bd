package org.nettytun.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** {@code docs/metrics.md} is made of {@link TunMeter}: by this test, with {@code -Dnettytun.writeDocs}. */
class MetricsPageTest {
    private static final Path PAGE = Path.of("../docs/metrics.md");
    private static final String HEAD = """
            # Metrics

            Made of the enum `TunMeter` by `MetricsPageTest`, which fails when this page is stale. `TunMetrics`
            publishes the queues of a device and the interface, `LoopMetrics` a group of loops, `NapiMetrics` an
            allocator, `ApplicationMetrics` an application's own ledger. How to watch: [monitoring](monitoring.md).

            | Micrometer | Prometheus | type | tags | what |
            | --- | --- | --- | --- | --- |
            """;

    @Test
    void thePageIsFresh() throws IOException {
        String page = HEAD + Arrays.stream(TunMeter.values()).map(MetricsPageTest::row).collect(Collectors.joining());
        if (Boolean.getBoolean("nettytun.writeDocs")) {
            Files.writeString(PAGE, page);
        }
        assertEquals(page, Files.readString(PAGE));
    }

    private static String row(TunMeter meter) {
        String prometheus = new PrometheusNamingConvention().name(meter.key(), meter.type(), meter.baseUnit());
        return "| `" + meter.key() + "` | `" + prometheus + (meter.type() == Meter.Type.COUNTER ? "_total" : "")
                + "` | " + meter.type().name().toLowerCase(Locale.ROOT) + ", " + meter.baseUnit() + " | "
                + meter.tags().stream().map(tag -> "`" + tag + "`").collect(Collectors.joining(", ")) + " | "
                + meter.description() + " |\n";
    }
}
