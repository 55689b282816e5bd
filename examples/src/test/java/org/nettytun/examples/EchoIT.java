package org.nettytun.examples;

import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Ping, answered by the finished jar. */
@NeedsDevices
class EchoIT {
    @Test
    void answersAWholePrefixOfEachFamily() throws Exception {
        try (Netns here = new Netns();
                Jar echo = Jar.start("echo", "--name", "ee", "--netns", here.name(), "--prefix", "10.9.0.0/16",
                        "fd09::/64")) {
            echo.await("is up");
            for (String address : new String[] {"10.9.0.2", "10.9.77.5", "fd09::2", "fd09::abcd:1"}) {
                String printed = here.exec("ping", "-n", "-q", "-c", "100", "-i", "0.001", "-s", "1400", address);
                assertTrue(printed.contains("100 received"), printed);
            }
            echo.terminate();
            assertEquals(0, echo.awaitEnd(5), () -> echo.lines().toString());
            echo.await("answered 400");
            assertFalse(here.ip("link").contains("ee"), "its device is gone");
        }
    }

    @Test
    void onTheModulePathNoRuntimeWarnsOfNativeAccess() throws Exception {
        try (Netns here = new Netns();
                Jar echo = Jar.startModule("echo", "--netns", here.name(), "--prefix", "10.9.0.0/16")) {
            echo.await("is up");
            assertTrue(here.exec("ping", "-n", "-q", "-c", "1", "10.9.0.2").contains("1 received"));
            echo.terminate();
            assertEquals(0, echo.awaitEnd(5), () -> echo.lines().toString());
            assertTrue(echo.lines().stream().noneMatch(line -> line.contains("restricted method")),
                    () -> echo.lines().toString());
        }
    }
}
