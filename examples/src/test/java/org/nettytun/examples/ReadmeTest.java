package org.nettytun.examples;

import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.Jvm;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The README's program is a program. */
class ReadmeTest {
    private static final Path SOURCE = Path.of("src/test/java/org/nettytun/examples/ReadmeExample.java");

    @Test
    void theReadmeShowsIt() throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        int start = readme.indexOf("```java\n") + "```java\n".length();
        String shown = readme.substring(start, readme.indexOf("```", start));
        String source = Files.readString(SOURCE);
        assertTrue(squeeze(source).contains(squeeze(shown)), () -> SOURCE + " and README.md differ");
    }

    private static String squeeze(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    @Test
    @NeedsDevices
    void itRuns() throws Exception {
        try (Netns netns = new Netns()) {
            Process program = netns.start(Jvm.command(ReadmeExample.class).toArray(String[]::new));
            Eventually.await(() -> netns.ip("route").contains("10.7.0.0/24 dev tun0"), () -> netns.ip("route"));
            netns.exec("bash", "-c", "echo -n hello > /dev/udp/10.7.0.2/9");
            try (BufferedReader output = program.inputReader()) {
                assertEquals("protocol 17, 33 bytes", output.lines().filter(line -> line.startsWith("protocol 17"))
                        .findFirst().orElse(""));
            }
        }
    }
}
