package org.nettytun.linux;

import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.TestIo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class DescriptorsTest {
    @Test
    void aPairKeepsPacketsApart() throws Exception {
        int[] ends = PacketSocketPair.open();
        byte[] read = new byte[8];
        assertEquals(-Errno.EAGAIN, TestIo.read(ends[1], read));
        assertEquals(3, TestIo.write(ends[0], new byte[] {1, 2, 3}));
        assertEquals(2, TestIo.write(ends[0], new byte[] {4, 5}));
        assertEquals(3, TestIo.read(ends[1], read));
        assertArrayEquals(new byte[] {1, 2, 3, 0, 0, 0, 0, 0}, read);
        assertEquals(2, TestIo.read(ends[1], read));
        assertEquals(LibC.SOCK_SEQPACKET, Descriptors.socketType(ends[0]));
        assertEquals(LibC.FD_CLOEXEC, TestIo.flags(ends[0], LibC.F_GETFD));
        Descriptors.close(ends[0]);
        assertEquals(0, TestIo.read(ends[1], read));
        assertEquals(-Errno.EPIPE, TestIo.write(ends[1], new byte[1]));
        Descriptors.close(ends[1]);
    }

    @Test
    void setsFlagsAndDuplicates() throws Exception {
        int[] pipe = TestIo.openPipe();
        assertEquals(0, TestIo.flags(pipe[0], LibC.F_GETFL) & LibC.O_NONBLOCK);
        Descriptors.setNonBlocking(pipe[0]);
        assertEquals(LibC.O_NONBLOCK, TestIo.flags(pipe[0], LibC.F_GETFL) & LibC.O_NONBLOCK);
        assertEquals(0, TestIo.flags(pipe[0], LibC.F_GETFD));
        Descriptors.setCloseOnExec(pipe[0]);
        assertEquals(LibC.FD_CLOEXEC, TestIo.flags(pipe[0], LibC.F_GETFD));
        int copy = Descriptors.duplicate(pipe[1]);
        Descriptors.close(pipe[1]);
        assertEquals(1, TestIo.write(copy, new byte[1]));
        assertEquals(LibC.FD_CLOEXEC, TestIo.flags(copy, LibC.F_GETFD));
        assertEquals(-Errno.ENOTSOCK, Descriptors.socketType(copy));
        Descriptors.close(copy);
        Descriptors.close(pipe[0]);
    }

    @Test
    void aDescriptorThatIsNotOpenIsEbadf() {
        int none = 1_000_000;
        assertEquals(-Errno.EBADF, Descriptors.socketType(none));
        assertEquals(Errno.EBADF, assertThrows(ErrnoException.class, () -> Descriptors.close(none)).errno());
        assertEquals(Errno.EBADF, assertThrows(ErrnoException.class, () -> Descriptors.duplicate(none)).errno());
        assertEquals(Errno.EBADF, assertThrows(ErrnoException.class, () -> Descriptors.setNonBlocking(none)).errno());
        ErrnoException e = assertThrows(ErrnoException.class, () -> Descriptors.setCloseOnExec(none));
        assertEquals("fcntl on fd 1000000: EBADF (Bad file descriptor)", e.getMessage());
    }
}
