package org.nettytun.linux;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.linux.fixture.ThreadNamespaces;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NetworkNamespaceTest {
    private static String own() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
    }

    @Test
    void theCurrentOneRunsInPlace() throws Exception {
        assertSame(Thread.currentThread(), NetworkNamespace.current().call(Thread::currentThread));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ".", "..", "a\0b"})
    void refusesWhatNamesNone(String name) {
        assertThrows(IllegalArgumentException.class, () -> NetworkNamespace.of(name));
    }

    @Test
    void aMissingNamespaceIsASentence() {
        ErrnoException e = assertThrows(ErrnoException.class, () -> NetworkNamespace.of("ntt-none").call(() -> 1));

        assertEquals("open on /run/netns/ntt-none: ENOENT (No such file or directory): no such network namespace: "
                + "`ip netns list` shows the named ones", e.getMessage());
    }

    @Test
    @NeedsDevices
    void aPathThatIsNoNamespaceIsASentence() throws Exception {
        Path file = Files.createTempFile("nettytun", ".txt");
        try {
            ErrnoException e = assertThrows(ErrnoException.class, () -> NetworkNamespace.of(file.toString())
                    .call(() -> 1));
            assertEquals(Errno.EINVAL, e.errno());
            assertTrue(e.getMessage().contains("not that of a network namespace"), e.getMessage());
        } finally {
            Files.delete(file);
        }
    }

    @Test
    @NeedsDevices
    void runsInsideByNameAndByPathAndLeavesNobodyBehind() throws Exception {
        String home = own();
        try (Netns netns = Netns.quiet()) {
            String inside = netns.namespace().call(NetworkNamespaceTest::own);

            assertNotEquals(home, inside);
            assertEquals(inside, NetworkNamespace.of(netns.path()).call(NetworkNamespaceTest::own));
            assertEquals(home, own());
            for (int i = 0; i < 100; i++) {
                assertNotSame(Thread.currentThread(), netns.namespace().call(Thread::currentThread));
                assertEquals(List.of(), ThreadNamespaces.foreign());
            }
        }
    }

    /** Its end of a veth pair goes when the last holder of the namespace goes: then the other end goes too. */
    @Test
    @NeedsDevices
    void aDeletedNamespaceIsReallyGoneOnceItsDescriptorsAreClosed() throws Exception {
        try (Netns witness = Netns.quiet()) {
            Netns visited = Netns.quiet();
            TunFd tun;
            try {
                witness.exec("ip", "link", "add", "near", "type", "veth", "peer", "name", "far", "netns",
                        visited.name());
                tun = visited.namespace().call(() -> TunFd.open("tun0", Set.of()));
                visited.namespace().call(() -> {
                    try (RtNetlink netlink = RtNetlink.open()) {
                        return netlink.links();
                    }
                });
                RtNetlink.open(visited.namespace()).close();
            } finally {
                visited.close();
            }
            assertTrue(exists(witness, "near"), "the open queue holds the namespace");
            tun.close();
            Eventually.await(Duration.ofSeconds(10), () -> !exists(witness, "near"),
                    () -> "somebody still holds the deleted namespace");
            assertEquals(List.of(), ThreadNamespaces.foreign());
        }
    }

    private static boolean exists(Netns netns, String link) {
        return netns.exec("ip", "-br", "link").contains(link + '@');
    }

    @Test
    @NeedsDevices
    void whatTheOpenerThrowsIsThrownItself() throws Exception {
        try (Netns netns = Netns.quiet()) {
            for (Throwable thrown : new Throwable[] {new FileNotFoundException("x"), new IllegalStateException("y"),
                new StackOverflowError("z")}) {
                assertSame(thrown, assertThrows(Throwable.class, () -> netns.namespace().call(() -> {
                    if (thrown instanceof Exception e) {
                        throw e;
                    }
                    throw (Error) thrown;
                })));
            }
            assertEquals(List.of(), ThreadNamespaces.foreign());
        }
    }

    @Test
    @NeedsDevices
    void anInterruptedCallerStillGetsWhatWasOpened() throws Exception {
        try (Netns netns = Netns.quiet()) {
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            AtomicReference<TunFd> got = new AtomicReference<>();
            AtomicBoolean flag = new AtomicBoolean();
            Thread caller = new Thread(() -> {
                try {
                    got.set(netns.namespace().call(() -> {
                        inside.countDown();
                        goOn.await();
                        return TunFd.open("tun0", Set.of());
                    }));
                    flag.set(Thread.currentThread().isInterrupted());
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            caller.start();
            inside.await();
            caller.interrupt();
            goOn.countDown();
            caller.join();

            assertTrue(flag.get(), "the interrupt stays set");
            try (TunFd tun = got.get()) {
                assertEquals("tun0", tun.name());
            }
        }
    }

    @Test
    @NeedsDevices
    void openedInsideADescriptorStaysThere() throws Exception {
        try (Netns netns = Netns.quiet(); RtNetlink there = RtNetlink.open(netns.namespace());
             RtNetlink here = RtNetlink.open()) {
            netns.exec("ip", "tuntap", "add", "only-there", "mode", "tun");
            assertEquals("only-there", there.link("only-there").name());
            assertEquals(Errno.ENODEV, assertThrows(ErrnoException.class, () -> here.link("only-there")).errno());
            assertFalse(here.links().isEmpty());
        }
    }
}
