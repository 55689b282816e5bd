package org.nettytun.linux;

/** Two connected sockets that carry one packet per read and write, as a TUN queue does. Needs no privilege. */
public final class PacketSocketPair {
    private PacketSocketPair() {
    }

    /** @return both ends, {@code socketpair(AF_UNIX, SOCK_SEQPACKET)}, non-blocking, closed on exec; the caller's */
    public static int[] open() throws ErrnoException {
        int[] ends = new int[2];
        int type = LibC.SOCK_SEQPACKET | LibC.O_NONBLOCK | LibC.O_CLOEXEC;
        if (LibC.socketpair(LibC.AF_UNIX, type, 0, ends) < 0) {
            throw ErrnoException.last("socketpair", "AF_UNIX SOCK_SEQPACKET");
        }
        return ends;
    }
}
