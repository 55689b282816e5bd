package org.nettytun.examples;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Two processes: one drops packets, and the other says why and where. */
class DropwatchIT {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @NeedsDevices
    void liveDropsOfARouterByReasonAndPlace(boolean module) throws Exception {
        try (Netns a = new Netns(); Netns b = new Netns(); Jar router = router(a, b, module)) {
            router.await("ready");
            String pid = Long.toString(router.pid());
            try (Jar watch = module ? Jar.startModule("dropwatch", pid) : Jar.start("dropwatch", pid)) {
                watch.await("watching " + pid);
                a.exec("sh", "-c", "ping -n -c 3 -i 0.01 -W 1 -t 1 10.2.0.1 || true");
                String line = watch.await("TTL_EXPIRED");
                assertTrue(line.matches("\\d+ drops? \\(\\d+ bytes\\) TTL_EXPIRED inbound ra at"
                        + " org\\.nettytun\\.forward\\.ForwardingHandler\\.channelRead:\\d+"), line);
                watch.terminate();
                assertEquals(0, watch.awaitEnd(10), () -> watch.lines().toString());
            }
            String recordings = Netns.run(System.getProperty("java.home") + "/bin/jcmd", pid, "JFR.check");
            assertTrue(recordings.contains("No available recordings"), recordings);
        }
    }

    private static Jar router(Netns a, Netns b, boolean module) throws Exception {
        String[] words = {"router", "--interface", "ra,netns=" + a.name() + ",host=10.1.0.1/24,router=10.1.0.254",
            "--interface", "rb,netns=" + b.name() + ",host=10.2.0.1/24,router=10.2.0.254"};
        return module ? Jar.startModule(words) : Jar.start(words);
    }

    @Test
    @NeedsDevices
    void endsWithTheProcessThatItWatches() throws Exception {
        try (Netns a = new Netns(); Netns b = new Netns(); Jar router = router(a, b, false)) {
            router.await("ready");
            try (Jar watch = Jar.start("dropwatch", Long.toString(router.pid()))) {
                watch.await("watching");
                router.terminate();
                assertEquals(0, watch.awaitEnd(10), () -> watch.lines().toString());
            }
        }
    }

    @Test
    void oneLineWhenThereIsNoSuchProcess() throws Exception {
        try (Jar watch = Jar.start("dropwatch", "4194304")) { // beyond the largest that the kernel gives
            assertEquals(1, watch.awaitEnd());
            assertEquals(1, watch.lines().size(), () -> watch.lines().toString());
            watch.await("no JVM that can be attached to: pid=4194304");
        }
    }

    @Test
    void oneLineWhenItIsNoProcessAtAll() throws Exception {
        try (Jar watch = Jar.start("dropwatch", "me")) {
            assertEquals(2, watch.awaitEnd());
            assertEquals(1, watch.lines().size(), () -> watch.lines().toString());
        }
    }
}
