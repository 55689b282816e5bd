package org.nettytun.benchmarks.hairpin;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nettytun.benchmarks.report.Csv;
import org.nettytun.benchmarks.report.Sample;
import org.nettytun.linux.fixture.NeedsDevices;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The finished program on real devices: short, and whatever it measures is good. */
@NeedsDevices
class HairpinIT {
    private static final int RUNTIME = Runtime.version().feature();

    @TempDir
    private Path folder;
    private String path = System.getenv("PATH");

    private void bench(String... arguments) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(java.toString(), "-Djava.awt.headless=true", "-cp",
                System.getProperty("java.class.path"), "org.nettytun.benchmarks.Main"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--out", folder.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", path);
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
    }

    @Test
    void measuresEachContenderBesideCInEachRound() throws Exception {
        bench("hairpin", "--quick", "--contender", "c-single,napi,raw,netty-tun,napi-two-queues,router",
                "--size", "64,1400", "--rounds", "2");

        List<Sample> samples = Csv.open(folder.resolve("hairpin.csv")).samples();
        assertEquals(2 * 2 * 7, samples.size());   // sizes, rounds, contenders with C
        assertEquals(Set.of("c 0", "c-single 0", "napi " + RUNTIME, "raw " + RUNTIME, "netty-tun " + RUNTIME,
                "napi-two-queues " + RUNTIME, "router " + RUNTIME),
                samples.stream().map(sample -> sample.contender() + " " + sample.jdk()).collect(Collectors.toSet()));
        for (Sample sample : samples) {
            assertTrue(sample.value() > 100 && sample.value() < 1e7, sample::toString);
            assertEquals(sample.contender().equals("c"), Double.isNaN(sample.ratio()), sample::toString);
        }
        String report = Files.readString(folder.resolve("hairpin.md"));
        assertTrue(report.contains("`--contender napi --size 1400 --jdk " + RUNTIME), report);
        assertTrue(Files.size(folder.resolve("hairpin-ratio-64.png")) > 0);
        assertTrue(Files.size(folder.resolve("hairpin-cost.png")) > 0);
    }

    @Test
    void superPacketsGoRoundBesideACThatTakesThem() throws Exception {
        bench("hairpin", "--quick", "--contender", "napi,c-vnet,napi-offload", "--size", "64,60000");

        List<Sample> samples = Csv.open(folder.resolve("hairpin.csv")).samples();
        assertEquals(Set.of("c 64", "napi 64", "c-vnet 60000", "napi-offload 60000"), samples.stream()
                .map(sample -> sample.contender() + " " + sample.load()).collect(Collectors.toSet()));
        for (Sample sample : samples) {
            assertEquals(sample.contender().startsWith("c"), Double.isNaN(sample.ratio()), sample::toString);
        }
        assertTrue(Files.size(folder.resolve("hairpin-ratio-60000.png")) > 0);
    }

    @Test
    void moreForksAreAddedToThoseOfTheLastRun() throws Exception {
        bench("hairpin", "--quick", "--contender", "c-single");
        bench("hairpin", "--quick", "--contender", "c-single", "--add");
        assertEquals(List.of(1, 1, 2, 2),
                Csv.open(folder.resolve("hairpin.csv")).samples().stream().map(Sample::fork).toList());
    }

    @Test
    void withoutACompilerCIsAbsentAndTheOthersAreMeasured() throws Exception {
        Path commands = Files.createDirectory(folder.resolve("commands"));
        for (String needed : List.of("sh", "ip", "unshare", "nsenter", "taskset")) {
            Files.createSymbolicLink(commands.resolve(needed), which(needed));
        }
        path = commands.toString();
        bench("hairpin", "--quick", "--contender", "c-single,raw");

        List<Sample> samples = Csv.open(folder.resolve("hairpin.csv")).samples();
        assertEquals(List.of("raw"), samples.stream().map(Sample::contender).toList());
        String report = Files.readString(folder.resolve("hairpin.md"));
        assertTrue(report.contains("| `c` | gcc is not installed"), report);
        assertTrue(report.contains("| `c-single` | gcc is not installed"), report);
    }

    private static Path which(String command) {
        return Arrays.stream(System.getenv("PATH").split(":")).map(each -> Path.of(each, command))
                .filter(Files::isExecutable).findFirst().orElseThrow();
    }
}
