package org.nettytun.examples;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a newcomer sees. */
class DemoIT {
    @Test
    void betweenPairsEverywhere() throws Exception {
        try (Jar demo = Jar.start("demo", "--mode", "pairs", "--duration", "1", "--pings", "200")) {
            assertEquals(0, demo.awaitEnd(), () -> demo.lines().toString());
            demo.await("ping v6              200       200   0.00 %");
            demo.await("UDP v6 b to a");
            assertFalse(demo.lines().toString().contains("TCP"), "no TCP row");
            assertFalse(demo.lines().toString().contains("Exception"), () -> demo.lines().toString());
        }
    }

    /** The same program as modules: JNA, the epoll library and the command line are found there, too. */
    @Test
    void onTheModulePath() throws Exception {
        try (Jar demo = Jar.startModule("demo", "--mode", "pairs", "--duration", "1", "--pings", "20")) {
            assertEquals(0, demo.awaitEnd(), () -> demo.lines().toString());
            demo.await("ping v4               20        20   0.00 %");
            assertFalse(demo.lines().toString().contains("WARNING"), () -> demo.lines().toString());
        }
    }

    @Test
    @NeedsDevices
    void betweenNamespaces() throws Exception {
        assertNothingLost("devices");
    }

    @Test
    @NeedsDevices
    void inAUserNamespace() throws Exception {
        assertNothingLost("userns");
    }

    /** Where neither ping nor iperf3 is installed. */
    @Test
    @NeedsDevices
    void withItsBuiltInTraffic(@TempDir Path folder) throws Exception {
        for (String program : List.of("ip", "nsenter")) {
            Path found = Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin").map(each -> Path.of(each, program))
                    .filter(Files::isExecutable).findFirst().orElseThrow();
            Path script = Files.writeString(folder.resolve(program), "#!/bin/sh\nexec " + found + " \"$@\"\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        }
        try (Jar demo = Jar.startWithPath(folder, "demo", "--mode", "devices", "--duration", "1", "--pings", "200")) {
            assertEquals(0, demo.awaitEnd(), () -> demo.lines().toString());
            demo.await("UDP echo v4          200       200   0.00 %");
            demo.await("UDP echo v6          200       200   0.00 %");
            demo.await("TCP b to a             -");
            assertFalse(demo.lines().toString().contains("Exception"), () -> demo.lines().toString());
            assertNothingLeft(demo);
        }
    }

    private static void assertNothingLost(String mode) throws Exception {
        try (Jar demo = Jar.start("demo", "--mode", mode, "--duration", "1")) {
            assertEquals(0, demo.awaitEnd(), () -> demo.lines().toString());
            demo.await("v4             1000      1000   0.00 %");
            demo.await("v6             1000      1000   0.00 %");
            demo.await("TCP b to a             -");
            assertNothingLeft(demo);
        }
    }

    @Test
    @NeedsDevices
    void toldToStopInTheMiddleItCleansUp() throws Exception {
        try (Jar demo = Jar.start("demo", "--mode", "devices", "--pings", "60000")) {
            demo.await("ping v4: 60000");
            demo.terminate();
            assertEquals(1, demo.awaitEnd(5), () -> demo.lines().toString());
            demo.await("stopped before the end");
            assertNothingLeft(demo);
        }
    }

    private static void assertNothingLeft(Jar demo) {
        String namespaces = Netns.run("ip", "netns", "list");
        assertFalse(namespaces.contains("-" + demo.pid()), namespaces);
        assertTrue(ProcessHandle.of(demo.pid()).map(handle -> !handle.isAlive()).orElse(true));
    }
}
