package org.nettytun.examples;

import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;

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
