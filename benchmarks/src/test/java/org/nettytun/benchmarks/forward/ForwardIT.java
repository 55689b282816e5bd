package org.nettytun.benchmarks.forward;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nettytun.benchmarks.report.Csv;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.linux.fixture.NeedsDevices;
import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A second or less of each load, and what the report makes of it. */
@NeedsDevices
class ForwardIT {
    private final StringWriter said = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void measuresTheRouterBesideCAndSaysWhoIsAbsent() throws Exception {
        run(new ForwardCommand(), "--quick", "--contender", "c,c-vnet,router,router-offload", "--load",
                "tcp-1,udp-1400,ping-idle");
        List<Sample> samples = Csv.open(folder.resolve("forward.csv")).samples();
        for (Contender each : List.of(Contender.C, Contender.C_VNET, Contender.ROUTER,
                Contender.ROUTER_OFFLOAD)) {
            assertTrue(value(samples, each, Load.TCP_1, Metric.GBIT) > 0.01, said::toString);
            assertTrue(value(samples, each, Load.PING_IDLE, Metric.P50) > 1, said::toString);
            double sent = value(samples, each, Load.UDP_1400, Metric.SENT);
            double forwarded = value(samples, each, Load.UDP_1400, Metric.FORWARDED);
            double received = value(samples, each, Load.UDP_1400, Metric.RECEIVED);
            // datagrams all three, though a device with offloads has several in one packet
            assertTrue(received > 0 && received <= forwarded * 1.01 && forwarded <= sent * 1.01,
                    () -> "sent " + sent + ", forwarded " + forwarded + ", received " + received);
            assertTrue(value(samples, each, Load.UDP_1400, Metric.CPU) > 100, said::toString);
        }
        double ratio = sample(samples, Contender.ROUTER, Load.TCP_1, Metric.GBIT).ratio();
        assertEquals(value(samples, Contender.ROUTER, Load.TCP_1, Metric.GBIT)
                / value(samples, Contender.C, Load.TCP_1, Metric.GBIT), ratio, 0.01);
        String report = Files.readString(folder.resolve("forward.md"));
        assertTrue(report.contains("| `router` |"), report);
        assertTrue(report.contains("Nothing is absent."), report);
        for (String png : List.of("tcp", "udp", "cpu", "ping-idle")) {
            assertTrue(Files.size(folder.resolve("forward-" + png + ".png")) > 0, png);
        }
    }

    @Test
    void addsRoundsAndFindsTheRatioOfTheSeries() throws Exception {
        run(new SeriesCommand(), "--quick");
        run(new SeriesCommand(), "--quick", "--add");
        List<Sample> samples = Csv.open(folder.resolve("series.csv")).samples();
        for (Contender each : Contender.SERIES) {
            assertEquals(List.of(1, 2), samples.stream().filter(sample -> sample.contender().equals(each.id()))
                    .map(Sample::round).distinct().toList());
        }
        String report = Files.readString(folder.resolve("series.md"));
        assertTrue(report.contains("2 rounds"), report);
        assertTrue(report.matches("(?s).*after : before.*\\| [\\d.]+ \\([\\d.]+–[\\d.]+\\) \\|.*"), report);
        assertFalse(report.contains("## Absent"), report);
    }

    private void run(Object command, String... arguments) {
        CommandLine line = new CommandLine(command);
        line.setOut(new PrintWriter(said, true)).setErr(new PrintWriter(said, true));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--out", folder.toString()));
        assertEquals(0, line.execute(all.toArray(String[]::new)), said::toString);
    }

    private static double value(List<Sample> samples, Contender contender, Load load, Metric metric) {
        return sample(samples, contender, load, metric).value();
    }

    private static Sample sample(List<Sample> samples, Contender contender, Load load, Metric metric) {
        return samples.stream().filter(sample -> sample.contender().equals(contender.id())
                && sample.load().equals(load.id()) && sample.metric().equals(metric.label())).findFirst()
                .orElseThrow(() -> new AssertionError("no " + metric + " of " + contender.id() + ": " + samples));
    }
}
