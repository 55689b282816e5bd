package org.nettytun.linux;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.linux.fixture.TestIo;

import java.util.EnumSet;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@NeedsDevices
class TunFdTest {
    private Netns netns;

    @BeforeEach
    void makeNamespace() {
        netns = Netns.quiet();
    }

    @AfterEach
    void deleteNamespace() {
        netns.close();
    }

    private TunFd open(String name, TunFlag... flags) throws Exception {
        Set<TunFlag> set = EnumSet.noneOf(TunFlag.class);
        set.addAll(Set.of(flags));
        return netns.namespace().call(() -> TunFd.open(name, set));
    }

    private ErrnoException refused(String name, TunFlag... flags) {
        return assertThrows(ErrnoException.class, () -> open(name, flags).close());
    }

    @Test
    void createsADeviceOfThatNameThatGoesWithItsDescriptor() throws Exception {
        try (TunFd tun = open("tun7")) {
            assertEquals("tun7", tun.name());
            assertEquals(Set.of(), tun.flags());
            String link = netns.exec("ip", "-d", "link", "show", "dev", "tun7");
            assertTrue(link.contains("tun type tun pi off vnet_hdr off persist off"), link);
            assertEquals(LibC.O_NONBLOCK, TestIo.flags(tun.fd(), LibC.F_GETFL) & LibC.O_NONBLOCK);
            assertEquals(LibC.FD_CLOEXEC, TestIo.flags(tun.fd(), LibC.F_GETFD));
            assertEquals(-Errno.EAGAIN, TestIo.read(tun.fd(), new byte[1500]));
        }
        assertThrows(AssertionError.class, () -> netns.exec("ip", "link", "show", "dev", "tun7"));
    }

    @Test
    void fillsATemplateWithTheLeastFreeNumber() throws Exception {
        try (TunFd first = open("vpn%d"); TunFd second = open("vpn%d"); TunFd infix = open("a%db")) {
            assertEquals("vpn0", first.name());
            assertEquals("vpn1", second.name());
            assertEquals("a0b", infix.name());
        }
    }

    @Test
    void leavesTheNameToTheKernel() throws Exception {
        try (TunFd first = open(""); TunFd second = open("")) {
            assertTrue(first.name().matches("tun\\d+"), first.name());
            assertNotEquals(first.name(), second.name());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a/b", "a b", "a:b", "a\tb", "a\0b", "sixteen-bytes-xx", "%d%d", "%s", "a%",
        "%%d", "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4", "voil\u00e0"})
    void refusesABadNameWithItInTheSentence(String name) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> open(name));

        assertTrue(e.getMessage().contains("name=\"" + name + '"'), e.getMessage());
    }

    @Test
    void takesEveryNameThatTheKernelTakes() throws Exception {
        for (String name : new String[] {"a", "fifteen-bytes-x", "\u00fcber", "-", "0", "...", "a%db", "%d"}) {
            open(name).close();
        }
    }

    @Test
    void aSecondDescriptorOfASingleQueueIsEbusy() throws Exception {
        try (TunFd tun = open("tun0")) {
            ErrnoException e = refused(tun.name());

            assertEquals(Errno.EBUSY, e.errno());
            assertEquals("TUNSETIFF", e.call());
            assertTrue(e.getMessage().startsWith("TUNSETIFF on tun0: EBUSY (Device or resource busy): another desc"),
                    e.getMessage());
        }
    }

    @Test
    void severalQueuesMustAgreeThatTheyAreSeveral() throws Exception {
        try (TunFd one = open("tun0", TunFlag.MULTI_QUEUE); TunFd two = open("tun0", TunFlag.MULTI_QUEUE)) {
            assertEquals(one.name(), two.name());
            assertEquals(Set.of(TunFlag.MULTI_QUEUE), two.flags());
            ErrnoException e = refused("tun0");
            assertEquals(Errno.EINVAL, e.errno());
            assertTrue(e.getMessage().contains("MULTI_QUEUE"), e.getMessage());
        }
        try (TunFd single = open("tun1")) {
            assertEquals(Errno.EINVAL, refused(single.name(), TunFlag.MULTI_QUEUE).errno());
        }
    }

    @Test
    void anotherKindOfInterfaceIsEinval() throws Exception {
        netns.exec("ip", "tuntap", "add", "tap0", "mode", "tap");

        assertTrue(refused("lo").getMessage().contains("another kind"));
        assertEquals(Errno.EINVAL, refused("tap0").errno());
    }

    @Test
    void exclusiveRefusesAPersistentDeviceThatOthersAttachTo() throws Exception {
        try (TunFd tun = open("tun0", TunFlag.EXCLUSIVE)) {
            tun.setPersist(true);
        }
        assertEquals(Errno.EBUSY, refused("tun0", TunFlag.EXCLUSIVE).errno());
        try (TunFd again = open("tun0")) {
            assertEquals("tun0", again.name());
            again.setPersist(false);
        }
        assertThrows(AssertionError.class, () -> netns.exec("ip", "link", "show", "dev", "tun0"));
    }

    @Test
    void ownerAndGroupAreSeenFromOutside() throws Exception {
        try (TunFd tun = open("tun0")) {
            assertEquals("-1", netns.exec("cat", "/sys/class/net/tun0/owner").trim());
            tun.setOwner(0);   // the one number that every user namespace has
            tun.setGroup(0);
            assertEquals("0", netns.exec("cat", "/sys/class/net/tun0/owner").trim());
            assertEquals("0", netns.exec("cat", "/sys/class/net/tun0/group").trim());
        }
    }

    @Test
    void everyFlagIsProbedAndReachesTheDevice() throws Exception {
        assertEquals(EnumSet.allOf(TunFlag.class), TunFd.supportedFlags());
        try (TunFd tun = open("tun0", TunFlag.MULTI_QUEUE, TunFlag.VNET_HDR, TunFlag.NAPI, TunFlag.EXCLUSIVE)) {
            assertEquals(EnumSet.allOf(TunFlag.class), tun.flags());
            String flags = netns.exec("cat", "/sys/class/net/tun0/tun_flags").trim();
            // IFF_TUN | IFF_NAPI | IFF_MULTI_QUEUE | IFF_NO_PI | IFF_VNET_HDR; EXCLUSIVE is not kept
            assertEquals(0x5111, Integer.decode(flags) & 0xffff, flags);
        }
    }

    @Test
    void aFlagThatTheKernelLacksIsNamed() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> TunFd.requireSupported(
                EnumSet.of(TunFlag.NAPI, TunFlag.VNET_HDR), EnumSet.of(TunFlag.VNET_HDR)));

        assertEquals("this kernel does not know [NAPI]: supported=[VNET_HDR]; leave it out", e.getMessage());
    }

    @Test
    void vnetHeaderAndOffloads() throws Exception {
        try (TunFd tun = open("tun0", TunFlag.VNET_HDR)) {
            assertEquals(10, tun.vnetHeaderSize());
            tun.setVnetHeaderSize(12);
            assertEquals(12, tun.vnetHeaderSize());
            assertEquals(Errno.EINVAL, assertThrows(ErrnoException.class, () -> tun.setVnetHeaderSize(9)).errno());
            tun.setOffload(0x07);
            tun.setOffload(0);
            ErrnoException e = assertThrows(ErrnoException.class, () -> tun.setOffload(0x02));
            assertEquals("TUNSETOFFLOAD on tun0: EINVAL (Invalid argument)", e.getMessage());
        }
    }

    @Test
    void movesPackets() throws Exception {
        try (TunFd tun = open("tun0")) {
            netns.exec("ip", "address", "add", "10.7.0.1/24", "dev", "tun0");
            netns.exec("ip", "link", "set", "tun0", "up");
            netns.start("ping", "-c", "1", "-W", "2", "10.7.0.2");

            byte[] echo = Packets.await(tun.fd(), p -> p[0] == 0x45 && p[9] == 1);

            assertEquals(84, echo.length);
            assertEquals(10, echo[16]);
            assertEquals(2, echo[19]);
            assertEquals(echo.length, TestIo.write(tun.fd(), Packets.echoReply(echo)));
        }
    }

    @Test
    void aClosedOrReleasedQueueTouchesNothing() throws Exception {
        TunFd tun = open("tun0");
        int fd = tun.release();
        tun.close();
        assertEquals(-1, tun.fd());
        assertTrue(TunFd.isTun(fd));
        ErrnoException e = assertThrows(ErrnoException.class, () -> tun.setPersist(true));
        assertEquals(Errno.EBADF, e.errno());
        Descriptors.close(fd);
        assertFalse(TunFd.isTun(fd));

        TunFd closed = open("tun1");
        closed.close();
        closed.close();
        assertEquals(-1, closed.release());
        assertEquals(Errno.EBADF, assertThrows(ErrnoException.class, closed::vnetHeaderSize).errno());
    }
}
