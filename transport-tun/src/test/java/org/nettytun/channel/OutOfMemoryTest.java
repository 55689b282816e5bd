package org.nettytun.channel;

import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.Jvm;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.NeedsPrograms;
import org.nettytun.linux.fixture.Netns;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code ENOMEM} cannot be had from a healthy kernel, so strace puts it into a process of our own. */
@NeedsDevices
@NeedsPrograms("strace")
class OutOfMemoryTest {
    @Test
    void enomemFailsThatPacketAlone() throws Exception {
        try (Netns netns = new Netns()) {
            List<String> words = new ArrayList<>(List.of("strace", "-f", "-qq", "-P", "/dev/net/tun", "-e",
                    "trace=write", "-e", "inject=write:error=ENOMEM:when=2", "-o", "/dev/null"));
            words.addAll(Jvm.command(RefusedForMemory.class, netns.name()));
            Process traced = new ProcessBuilder(words).redirectErrorStream(true).start();
            String printed = new String(traced.getInputStream().readAllBytes());
            assertTrue(traced.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, traced.exitValue(), printed);
        }
    }
}
