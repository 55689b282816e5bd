package org.nettytun.channel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nettytun.linux.fixture.Jvm;
import org.nettytun.linux.fixture.NeedsPrograms;
import org.nettytun.linux.fixture.Netns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a packet costs that no clock shows: garbage, passes of the loop, system calls. None of it depends on speed. */
class SteadyStateTest {
    private static final Pattern FIGURES = Pattern.compile("bytes=([\\d.]+) passes=([\\d.]+)");
    private static final int TRACED = 40_000;

    /**
     * Netty's recycler of outbound entries keeps 32 on the spot and moves more through a queue that makes garbage,
     * 2.4 bytes a packet. With room for a batch there is none left, and none of it was ours. Super-packets fill a
     * pair's buffer, which no device has, so that it becomes readable and writable at once, and for that Netty makes an
     * event each time ({@code EpollIoOps.eventOf}): a third of a byte a packet.
     */
    @ParameterizedTest
    @CsvSource({"128, disabled, 0.01, FORWARDED,", "128, disabled, 0.01, FORWARDED, scraped",
        "128, disabled, 1, FORWARDED, offload", "128, disabled, 0.01, DROPPED,",
        "128, disabled, 0.01, RELEASED_ELSEWHERE,", "128, disabled, 0.01, FORWARDED, vectors",
        "128, disabled, 0.01, FORWARDED, epoll", "32, disabled, 0.01, FORWARDED, vectors",
        "128, disabled, 80, PROMISED,", "32, disabled, 3, FORWARDED,", "32, simple, 40, FORWARDED,",
        "32, simple, 120, PROMISED,"})
    void bytesAllocatedForEachPacket(String chunk, String leakDetection, double most, String end, String more) {
        List<String> words = Jvm.command(SteadyState.class, "500000", "500000", end);
        if (more != null) {
            words.add(more);
        }
        words.add(1, "-Dio.netty.recycler.chunkSize=" + chunk);
        words.add(1, "-Dio.netty.leakDetection.level=" + leakDetection);
        Matcher figures = figures(Netns.run(words.toArray(String[]::new)));
        // The compiler may happen to leave an object on the heap that it dissolves in the next process.
        for (int again = 0; again < 2 && Double.parseDouble(figures.group(1)) > most; again++) {
            figures = figures(Netns.run(words.toArray(String[]::new)));
        }
        double bytes = Double.parseDouble(figures.group(1));
        assertTrue(bytes <= most, () -> bytes + " bytes a packet");
        double passes = Double.parseDouble(figures.group(2));
        System.out.println("SteadyState: " + bytes + " bytes and " + passes + " passes of the loop for a packet, " + end
                + (more == null ? "" : ' ' + more) + ", leak detection " + leakDetection + ", recycler chunk " + chunk);
        assertTrue(passes <= 1.4 / 64, () -> passes + " passes of the loop a packet, though 64 are in flight");
    }

    /** By the loop: a read and a write for each packet, a wait for each batch, and what a JVM does now and then. */
    @Test
    @NeedsPrograms("strace")
    void systemCallsForEachPacket(@TempDir Path folder) throws Exception {
        List<String> words = new ArrayList<>(List.of("strace", "-ff", "-o", folder.resolve("thread").toString()));
        words.addAll(Jvm.command(SteadyState.class, "0", Integer.toString(TRACED), "FORWARDED"));
        figures(Netns.run(words.toArray(String[]::new)));
        Map<String, Long> calls = Map.of();
        try (Stream<Path> threads = Files.list(folder)) {
            for (Path thread : threads.toList()) {
                Map<String, Long> its = calls(thread);
                calls = its.getOrDefault("write", 0L) > calls.getOrDefault("write", 0L) ? its : calls;
            }
        }
        Map<String, Long> found = new TreeMap<>(calls);
        System.out.println("SteadyState: system calls: " + found);
        long packets = found.remove("write");
        assertEquals(1, (double) found.remove("read") / packets, 0.01, "reads for each write");
        found.forEach((call, count) -> assertTrue(count < packets * (call.startsWith("epoll_") ? 1.4 / 64 : 1.0 / 128),
                () -> call + ": " + count + " calls for " + packets + " packets"));
    }

    /** In the latter half of what strace saw, by name. */
    private static Map<String, Long> calls(Path thread) throws IOException {
        List<String> lines = Files.readAllLines(thread);
        return lines.subList(lines.size() / 2, lines.size()).stream().filter(line -> line.matches("\\w+\\(.*"))
                .collect(Collectors.groupingBy(line -> line.substring(0, line.indexOf('(')), Collectors.counting()));
    }

    private static Matcher figures(String printed) {
        Matcher figures = FIGURES.matcher(printed);
        assertTrue(figures.find(), printed);
        return figures;
    }
}
