package org.nettytun.linux;

import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.linux.fixture.ThreadNamespaces;

import java.util.EnumSet;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@NeedsDevices
class NetworkNamespaceTest {
    @Test
    void whatIsOpenedThereIsThereAndNoThreadIs() throws Exception {
        Netns netns = new Netns();
        try (TunFd there = netns.namespace().call(() -> TunFd.open("there", EnumSet.noneOf(TunFlag.class)))) {
            assertTrue(netns.ip("link").contains("there"));
            assertEquals(List.of(), ThreadNamespaces.foreign());
            try (RtNetlink here = RtNetlink.open()) {
                assertTrue(here.links().stream().noneMatch(link -> link.name().equals(there.name())));
            }
        }
        netns.close();
        assertFalse(Netns.run("ip", "netns", "list").contains(netns.name() + "\n"));
    }

    @Test
    void byPath() throws Exception {
        try (Netns netns = new Netns()) {
            NetworkNamespace path = NetworkNamespace.of("/run/netns/" + netns.name());
            try (RtNetlink there = RtNetlink.open(path)) {
                assertEquals(List.of("lo"), there.links().stream().map(Link::name).toList());
            }
        }
    }

    @Test
    void theProcesssOwnNeedsNoThread() throws Exception {
        Thread caller = Thread.currentThread();
        NetworkNamespace.current().call(() -> {
            assertEquals(caller, Thread.currentThread());
            return null;
        });
    }

    @Test
    void oneThatIsMissingIsASentence() {
        ErrnoException refusal = assertThrows(ErrnoException.class,
                () -> NetworkNamespace.of("ntt-none").call(() -> null));
        assertEquals(Errno.ENOENT, refusal.errno());
        assertTrue(refusal.getMessage().contains("ntt-none") && refusal.getMessage().contains("ip netns list"));
    }

    @Test
    void somethingElseThanANamespaceIsASentence() {
        ErrnoException refusal = assertThrows(ErrnoException.class,
                () -> NetworkNamespace.of("/proc/self/status").call(() -> null));
        assertEquals("setns", refusal.call());
        assertEquals(Errno.EINVAL, refusal.errno());
    }

    @Test
    void theOpenersFailureIsTheCallers() {
        try (Netns netns = new Netns()) {
            ArithmeticException failure = assertThrows(ArithmeticException.class, () -> netns.namespace().call(() -> {
                throw new ArithmeticException("the opener's");
            }));
            assertEquals("the opener's", failure.getMessage());
        }
    }

    @Test
    void anInterruptLosesNothing() throws Exception {
        try (Netns netns = new Netns()) {
            Thread.currentThread().interrupt();
            RtNetlink there = RtNetlink.open(netns.namespace());
            assertTrue(Thread.interrupted(), "the interrupt is still to be noticed");
            assertEquals(1, there.links().size());
            there.close();
        }
    }
}
