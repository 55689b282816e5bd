package org.nettytun.linux;

/** What can be done to any open descriptor. Any thread. */
public final class Descriptors {
    /** A socket that keeps the boundaries of its packets, in order: {@code SOCK_SEQPACKET}. */
    public static final int SOCK_SEQPACKET = LibC.SOCK_SEQPACKET;

    private Descriptors() {
    }

    /** {@code O_NONBLOCK}. It belongs to the open file: whoever shares it gets it as well. */
    public static void setNonBlocking(int fd) throws ErrnoException {
        setStatusFlags(fd, statusFlags(fd) | LibC.O_NONBLOCK);
    }

    static int statusFlags(int fd) throws ErrnoException {
        int flags = LibC.fcntl(fd, LibC.F_GETFL, 0);
        if (flags < 0) {
            throw ErrnoException.last("fcntl", subject(fd));
        }
        return flags;
    }

    static void setStatusFlags(int fd, int flags) throws ErrnoException {
        if (LibC.fcntl(fd, LibC.F_SETFL, flags) < 0) {
            throw ErrnoException.last("fcntl", subject(fd));
        }
    }

    static String subject(int fd) {
        return "fd " + fd;
    }

    /** {@code FD_CLOEXEC}: programs that the process starts do not inherit it. */
    public static void setCloseOnExec(int fd) throws ErrnoException {
        int flags = LibC.fcntl(fd, LibC.F_GETFD, 0);
        if (flags < 0 || LibC.fcntl(fd, LibC.F_SETFD, flags | LibC.FD_CLOEXEC) < 0) {
            throw ErrnoException.last("fcntl", subject(fd));
        }
    }

    /** A second descriptor of the same open file, closed on exec; the caller's to close. */
    public static int duplicate(int fd) throws ErrnoException {
        int copy = LibC.fcntl(fd, LibC.F_DUPFD_CLOEXEC, 0);
        if (copy < 0) {
            throw ErrnoException.last("fcntl", subject(fd));
        }
        return copy;
    }

    /** @return {@code SO_TYPE}, as in {@link #SOCK_SEQPACKET}; {@code -errno} if it is no socket */
    public static int socketType(int fd) {
        byte[] value = new byte[Integer.BYTES];
        if (LibC.getsockopt(fd, LibC.SOL_SOCKET, LibC.SO_TYPE, value, new int[] {value.length}) < 0) {
            return -LibC.errno();
        }
        return Bytes.of(value).getInt();
    }

    /** @return bytes that wait to be read, all packets of a {@code SOCK_SEQPACKET} together; {@code -errno} */
    public static int unread(int fd) {
        byte[] value = new byte[Integer.BYTES];
        return LibC.ioctl(fd, LibC.FIONREAD, value) < 0 ? -LibC.errno() : Bytes.of(value).getInt();
    }

    /** Closes it. The number may be another file's at once: never twice. */
    public static void close(int fd) throws ErrnoException {
        if (LibC.close(fd) < 0) {
            throw ErrnoException.last("close", subject(fd));
        }
    }
}
