package org.nettytun.examples;

import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.Jvm;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The router that the guide builds. */
class OwnRouterTest {
    private static final Path SOURCE = Path.of("src/test/java/org/nettytun/examples/OwnRouter.java");
    private static final int MOST_LINES = 60;

    @Test
    void theGuideShowsItWhole() throws IOException {
        String source = Files.readString(SOURCE);
        String guide = Files.readString(Path.of("../docs/your-own-router.md"));
        assertTrue(guide.contains("```java\n" + source + "```\n"), () -> SOURCE + " and the guide differ");
        assertTrue(source.lines().count() <= MOST_LINES, () -> "lines: " + source.lines().count());
    }

    @Test
    @NeedsDevices
    void itRoutes() throws Exception {
        try (Netns a = new Netns(); Netns b = new Netns()) {
            Process program = new ProcessBuilder(Jvm.command(OwnRouter.class, a.name(), b.name()))
                    .redirectErrorStream(true).start();
            try (BufferedReader output = program.inputReader()) {
                assertEquals("ready", output.lines().filter(line -> line.equals("ready")).findFirst().orElse("ended"));
                assertAnswers(a);
            } finally {
                program.destroyForcibly();
                program.onExit().join();
            }
        }
    }

    private static void assertAnswers(Netns a) {
        assertTrue(ping(a, "-c 100 -i 0.01", "10.2.0.1").contains("100 received"));
        assertTrue(ping(a, "-c 3 -i 0.01 -s 9000", "10.2.0.254").contains("3 received"));
        assertTrue(ping(a, "-c 1 -t 1", "10.2.0.1").contains("From 10.1.0.254 icmp_seq=1 Time to live exceeded"));
        assertTrue(ping(a, "-c 1", "10.66.0.1").contains("Packet filtered"));
        assertTrue(ping(a, "-c 1", "10.3.0.1").contains("Destination Net Unreachable"));
    }

    private static String ping(Netns from, String how, String to) {
        return from.exec("sh", "-c", "ping -n -W 2 " + how + " " + to + " || true");
    }
}
