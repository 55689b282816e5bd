package org.nettytun.linux;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.linux.fixture.TestIo;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Descriptors that somebody else opened: as a privileged helper does, blocking and inherited. */
@NeedsDevices
class TunAdoptionTest {
    private static final int IFF_TUN = 0x0001;
    private static final int IFF_TAP = 0x0002;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_MULTI_QUEUE = 0x0100;

    private Netns netns;

    @BeforeEach
    void makeNamespace() {
        netns = Netns.quiet();
    }

    @AfterEach
    void deleteNamespace() {
        netns.close();
    }

    private int open(String name, int flags) throws Exception {
        return netns.namespace().call(() -> openHere(name, flags));
    }

    private static int openHere(String name, int flags) {
        int fd = TestIo.openPlain("/dev/net/tun");
        byte[] request = new byte[40];
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, request, 0, bytes.length);
        Bytes.of(request).putShort(16, (short) flags);
        assertEquals(0, TestIo.control(fd, 0x400454caL, request), "TUNSETIFF");
        return fd;
    }

    private static void assertUntouched(int fd) {
        assertEquals(0, TestIo.flags(fd, LibC.F_GETFL) & LibC.O_NONBLOCK, "O_NONBLOCK");
        assertEquals(0, TestIo.flags(fd, LibC.F_GETFD), "FD_CLOEXEC");
        TestIo.shut(fd);   // and still open
    }

    @Test
    void takesOverAndMakesItNonBlockingAndCloseOnExec() throws Exception {
        int fd = open("given0", IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE);
        assertTrue(TunFd.isTun(fd));
        try (TunFd tun = TunFd.adopt(fd)) {
            assertEquals(fd, tun.fd());
            assertEquals("given0", tun.name());
            assertEquals(EnumSet.of(TunFlag.MULTI_QUEUE), tun.flags());
            assertEquals(LibC.O_NONBLOCK, TestIo.flags(fd, LibC.F_GETFL) & LibC.O_NONBLOCK);
            assertEquals(LibC.FD_CLOEXEC, TestIo.flags(fd, LibC.F_GETFD));
        }
        assertFalse(TunFd.isTun(fd));
    }

    @Test
    void refusesAPipe() {
        int[] pipe = TestIo.openPipe();
        assertFalse(TunFd.isTun(pipe[0]));
        ErrnoException e = assertThrows(ErrnoException.class, () -> TunFd.adopt(pipe[0]));

        assertEquals("TUNGETIFF on fd " + pipe[0] + ": ENOTTY (Inappropriate ioctl for device): "
                + "the descriptor is not one of a TUN device", e.getMessage());
        assertUntouched(pipe[0]);
        assertUntouched(pipe[1]);
    }

    @Test
    void refusesOneThatIsNotAttached() {
        int fd = TestIo.openPlain("/dev/net/tun");
        ErrnoException e = assertThrows(ErrnoException.class, () -> TunFd.adopt(fd));

        assertEquals(Errno.EBADFD, e.errno());
        assertTrue(e.getMessage().contains("not attached"), e.getMessage());
        assertUntouched(fd);
    }

    @Test
    void refusesOneThatIsNotOpen() {
        assertEquals(Errno.EBADF, assertThrows(ErrnoException.class, () -> TunFd.adopt(-1)).errno());
        assertEquals(Errno.EBADF, assertThrows(ErrnoException.class, () -> TunFd.adopt(1_000_000)).errno());
    }

    @Test
    void refusesATapDevice() throws Exception {
        int fd = open("tap0", IFF_TAP | IFF_NO_PI);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> TunFd.adopt(fd));

        assertTrue(e.getMessage().contains("device=tap0"), e.getMessage());
        assertUntouched(fd);
    }

    /** TUNGETIFF says IFF_NO_PI of it all the same: only the device's own namespace can tell. */
    @Test
    void refusesOneWithPacketInformationInAnyNamespace() throws Exception {
        int elsewhere = open("pi0", IFF_TUN);
        assertThrows(IllegalArgumentException.class, () -> TunFd.adopt(elsewhere));
        assertUntouched(elsewhere);

        netns.namespace().call(() -> {
            int here = openHere("pi1", IFF_TUN);
            assertThrows(IllegalArgumentException.class, () -> TunFd.adopt(here));
            assertUntouched(here);
            return null;
        });
    }

    @Test
    void aDeletedDeviceIsNotAttachedAnyMore() throws Exception {
        TunFd tun = netns.namespace().call(() -> TunFd.open("tun0", Set.of()));
        try (tun) {
            netns.exec("ip", "link", "delete", "tun0");
            assertFalse(TunFd.isTun(tun.fd()));
            ErrnoException e = assertThrows(ErrnoException.class, () -> tun.setPersist(true));
            assertEquals(Errno.EBADFD, e.errno());
        }
    }
}
