package org.nettytun.benchmarks.report;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CompareCommandTest {
    @TempDir
    private Path folder;

    private static Sample sample(String contender, int round, double ratio) {
        return new Sample("hairpin", contender, "64", 17, 1, round, "ns/packet", 1000, ratio);
    }

    private Path csv(String name, double... ratios) throws IOException {
        Csv csv = Csv.create(folder.resolve(name));
        for (int round = 0; round < ratios.length; round++) {
            csv.add(sample("napi", round, ratios[round]));
        }
        return folder.resolve(name);
    }

    @Test
    void mediansAreOfRatiosAlone() {
        Map<String, Double> medians = CompareCommand.medians(List.of(sample("napi", 1, 0.5), sample("napi", 2, 0.9),
                sample("napi", 3, 0.8), sample("c", 1, Double.NaN)));
        assertEquals(Map.of("napi 64 jdk=17 ns/packet", 0.8), medians);
    }

    @Test
    void aRowThatOnlyOneFileHasIsToldAndEndsWithOne() throws IOException {
        Path first = csv("first.csv", 0.8);
        Path second = csv("second.csv", 0.8);
        Csv.open(second).add(sample("raw", 1, 0.9));
        StringWriter out = new StringWriter();
        CommandLine command = new CommandLine(new CompareCommand()).setOut(new PrintWriter(out));
        assertEquals(1, command.execute(first.toString(), second.toString()));
        assertEquals(1, command.execute(second.toString(), first.toString()));
        assertTrue(out.toString().contains("only raw 64 jdk=17 ns/packet in " + second), out::toString);
    }

    @Test
    void runsThatAgreeEndWithZeroAndOthersWithOne() throws IOException {
        Path first = csv("first.csv", 0.7, 0.8, 0.9);
        Path near = csv("near.csv", 0.82, 0.1, 0.9);
        Path far = csv("far.csv", 0.85, 0.1, 0.9);
        StringWriter out = new StringWriter();
        CommandLine command = new CommandLine(new CompareCommand()).setOut(new PrintWriter(out));
        assertEquals(0, command.execute(first.toString(), near.toString()));
        assertEquals(1, command.execute(first.toString(), far.toString()));
        assertTrue(out.toString().contains("1 ratios, differing by 2.5 % at most"), out::toString);
    }
}
