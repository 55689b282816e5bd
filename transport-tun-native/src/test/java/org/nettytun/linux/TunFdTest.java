package org.nettytun.linux;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.linux.fixture.OpenDescriptors;

import java.util.EnumSet;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@NeedsDevices
class TunFdTest {
    private static final Set<TunFlag> PLAIN = EnumSet.noneOf(TunFlag.class);
    private static final Set<TunFlag> QUEUES = EnumSet.of(TunFlag.MULTI_QUEUE);

    private final Netns netns = new Netns();

    @AfterEach
    void delete() {
        netns.close();
    }

    private TunFd open(String name, Set<TunFlag> flags) throws Exception {
        return netns.namespace().call(() -> TunFd.open(name, flags));
    }

    @Test
    void byNameByTemplateAndByTheKernelsChoice() throws Exception {
        try (TunFd named = open("vpn", PLAIN); TunFd template = open("vpn%d", PLAIN); TunFd chosen = open("", PLAIN)) {
            assertEquals("vpn", named.name());
            assertEquals("vpn0", template.name());
            assertEquals("tun0", chosen.name());
            String links = netns.ip("-d", "link");
            assertTrue(links.contains("vpn0:") && links.contains("tun0:") && links.contains("pi off"), links);
        }
        assertFalse(netns.ip("link").contains("vpn"));
    }

    @Test
    void everyFlagThatTheKernelKnows() throws Exception {
        Set<TunFlag> known = TunFd.supportedFlags();
        assertTrue(known.containsAll(EnumSet.of(TunFlag.MULTI_QUEUE, TunFlag.VNET_HDR, TunFlag.NAPI)), known::toString);
        try (TunFd all = open("flags", known)) {
            all.setOffload(0);
            all.setVnetHeaderSize(12);
            String shown = netns.ip("-d", "link", "show", "flags");
            assertTrue(shown.contains("multi_queue") && shown.contains("vnet_hdr on"), shown);
        }
    }

    @Test
    void aPersistentDeviceIsAttachedToAgain() throws Exception {
        try (TunFd first = open("stays", PLAIN)) {
            first.setPersist(true);
            first.setOwner(1234);
            first.setGroup(2345);
        }
        String shown = netns.ip("-d", "link", "show", "stays");
        assertTrue(shown.contains("user 1234") && shown.contains("group 2345") && shown.contains("persist on"), shown);
        try (TunFd again = open("stays", PLAIN)) {
            assertEquals("stays", again.name());
            again.setPersist(false);
        }
        assertFalse(netns.ip("link").contains("stays"));
    }

    @Test
    void anOpenDescriptorIsTakenOver() throws Exception {
        TunFd opened = open("given", QUEUES);
        TunFd adopted = TunFd.adopt(opened.release());
        opened.close();
        assertTrue(TunFd.isTun(adopted.fd()));
        assertEquals("given", adopted.name());
        assertEquals(QUEUES, adopted.flags());
        adopted.close();
        adopted.close();
        assertFalse(netns.ip("link").contains("given"));
    }

    @Test
    void whatIsNoTunStaysItsOwners() throws Exception {
        int[] ends = PacketSocketPair.open();
        ErrnoException refusal = assertThrows(ErrnoException.class, () -> TunFd.adopt(ends[0]));
        assertEquals("TUNGETIFF", refusal.call());
        assertFalse(TunFd.isTun(ends[0]));
        assertEquals(Descriptors.SOCK_SEQPACKET, Descriptors.socketType(ends[0]));
        Descriptors.close(ends[0]);
        Descriptors.close(ends[1]);
    }

    @Test
    void queuesOfOneDevice() throws Exception {
        try (TunFd first = open("many", QUEUES); TunFd second = open("many", QUEUES)) {
            assertEquals(first.name(), second.name());
            refused(Errno.EINVAL, "many", () -> open("many", PLAIN));
        }
    }

    @Test
    void theKernelsRefusalsAreSentences() throws Exception {
        try (TunFd single = open("single", PLAIN)) {
            assertTrue(TunFd.isTun(single.fd()));
            refused(Errno.EBUSY, "single", () -> open("single", PLAIN));
            refused(Errno.EBUSY, "single", () -> open("single", EnumSet.of(TunFlag.EXCLUSIVE)));
            refused(Errno.EINVAL, "lo", () -> open("lo", PLAIN));
        }
    }

    private static void refused(int errno, String device, Executable open) {
        ErrnoException refusal = assertThrows(ErrnoException.class, open);
        assertEquals(errno, refusal.errno(), refusal::getMessage);
        assertEquals("TUNSETIFF", refusal.call());
        assertEquals(device, refusal.subject());
        assertTrue(refusal.getMessage().startsWith("TUNSETIFF on " + device + ": " + refusal.errnoName() + " ("));
        assertTrue(refusal.getMessage().matches("(?s).*\\): [a-z].{20,}"), refusal::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sixteen-bytes-xx", "a/b", "a b", "a:b", ".", "..", "a%", "a%s", "%d%d", "äääääääää"})
    void namesThatCannotBe(String name) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> TunFd.open(name, PLAIN));
        assertTrue(refusal.getMessage().contains("name=\"" + name + '"'), refusal::getMessage);
    }

    @Test
    void noFailureLeavesADescriptor() throws Exception {
        try (TunFd single = open("single", PLAIN)) {
            theSameNumberOfDescriptors(() -> assertThrows(ErrnoException.class, () -> open(single.name(), PLAIN)));
            theSameNumberOfDescriptors(() -> assertThrows(ErrnoException.class, () -> open(single.name(), QUEUES)));
            theSameNumberOfDescriptors(() -> assertThrows(ErrnoException.class,
                    () -> NetworkNamespace.of("ntt-none").call(() -> TunFd.open("", PLAIN))));
            theSameNumberOfDescriptors(() -> assertThrows(IllegalStateException.class, () -> netns.namespace().call(
                    () -> {
                        throw new IllegalStateException("the opener's");
                    })));
        }
    }

    private static void theSameNumberOfDescriptors(Executable failure) throws Exception {
        try {
            failure.execute();
            int before = OpenDescriptors.count();
            for (int i = 0; i < 50; i++) {
                failure.execute();
            }
            assertEquals(before, OpenDescriptors.count());
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }
}
