package org.nettytun.linux;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.linux.fixture.OpenDescriptors;
import org.nettytun.linux.fixture.TestIo;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** No way to fail, and none to succeed, leaves a descriptor open. */
@NeedsDevices
class LeakTest {
    private static final int TIMES = 50;

    @Test
    void noFailureLeaksADescriptor() throws Exception {
        try (Netns netns = Netns.quiet();
             TunFd held = netns.namespace().call(() -> TunFd.open("held", Set.of()));
             RtNetlink netlink = RtNetlink.open(netns.namespace())) {
            int[] pipe = TestIo.openPipe();
            Map<String, Executable> failures = new LinkedHashMap<>();
            failures.put("bad name", () -> TunFd.open("a/b", Set.of()));
            failures.put("busy", () -> open(netns, held.name()));
            failures.put("multi-queue mismatch", () -> open(netns, held.name(), TunFlag.MULTI_QUEUE));
            failures.put("other kind", () -> open(netns, "lo"));
            failures.put("exclusive", () -> open(netns, held.name(), TunFlag.EXCLUSIVE));
            failures.put("adopt pipe", () -> TunFd.adopt(pipe[0]));
            failures.put("adopt closed", () -> TunFd.adopt(1_000_000));
            failures.put("duplicate closed", () -> Descriptors.duplicate(1_000_000));
            failures.put("no namespace", () -> NetworkNamespace.of("ntt-none").call(() -> 1));
            failures.put("not a namespace", () -> NetworkNamespace.of("/proc/self/status").call(() -> 1));
            failures.put("opener throws", () -> netns.namespace().call(() -> {
                throw new IllegalStateException("on purpose");
            }));
            failures.put("netlink elsewhere", () -> RtNetlink.open(NetworkNamespace.of("ntt-none")));
            failures.put("no link", () -> netlink.link("none"));
            failures.put("route nowhere", () -> netlink.addRoute(Route.parse("10.9.0.0/16 via 10.8.0.1")));
            for (Map.Entry<String, Executable> failure : failures.entrySet()) {
                assertNoLeak(failure.getKey(), () -> assertThrows(Exception.class, failure.getValue()));
            }
            TestIo.shut(pipe[0]);
            TestIo.shut(pipe[1]);
        }
    }

    @Test
    void openAndCloseLeaksNothing() throws Exception {
        try (Netns netns = Netns.quiet()) {
            assertNoLeak("queue", () -> netns.namespace().call(() -> TunFd.open("tun%d", Set.of())).close());
            assertNoLeak("features", TunFd::supportedFlags);
            assertNoLeak("netlink", () -> RtNetlink.open(netns.namespace()).close());
            assertNoLeak("monitor", () -> RtNetlinkMonitor.open(netns.namespace(),
                    EnumSet.allOf(RtNetlinkMonitor.Topic.class)).close());
            assertNoLeak("pair", () -> {
                for (int end : PacketSocketPair.open()) {
                    Descriptors.close(end);
                }
            });
            assertNoLeak("adopt", () -> {
                TunFd given = netns.namespace().call(() -> TunFd.open("tun%d", Set.of()));
                TunFd.adopt(given.release()).close();
            });
        }
    }

    private static void open(Netns netns, String name, TunFlag... flags) throws Exception {
        netns.namespace().call(() -> TunFd.open(name, Set.of(flags))).close();
    }

    private static void assertNoLeak(String what, Executable step) throws Exception {
        run(step);   // what is loaded at the first time stays
        int before = OpenDescriptors.count();
        for (int i = 0; i < TIMES; i++) {
            run(step);
        }
        int after = OpenDescriptors.count();   // may be fewer: the collector closes what an earlier test has dropped
        assertTrue(after <= before, () -> what + ": before=" + before + ", after=" + after + ", open="
                + OpenDescriptors.snapshot());
    }

    private static void run(Executable step) throws Exception {
        try {
            step.execute();
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }
}
