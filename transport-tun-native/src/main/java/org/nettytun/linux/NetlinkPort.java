package org.nettytun.linux;

import java.nio.ByteBuffer;

/** Where netlink messages go and come from: a {@link NetlinkSocket}, or a test that says what the kernel never does. */
interface NetlinkPort {
    /** @throws ErrnoException {@code EBADF} once closed */
    void send(byte[] message) throws ErrnoException;

    /**
     * Waits for the next datagram of the kernel.
     *
     * @return it, in native byte order; valid until the next call
     * @throws ErrnoException {@code EAGAIN}: none came in time; {@code ENOBUFS}: some were lost
     */
    ByteBuffer receive() throws ErrnoException;
}
