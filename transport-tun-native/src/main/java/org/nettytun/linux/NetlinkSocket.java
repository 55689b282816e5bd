package org.nettytun.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * A socket to rtnetlink in the namespace of the thread that opened it. One thread at a time.
 */
final class NetlinkSocket {
    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int SOCKADDR_NL = 12;
    private static final long TIMEOUT_SECONDS = 5;
    /** What the kernel fills at most, {@code netlink_dump}: 32 KiB, and a link's message has never been near it. */
    private static final int BUFFER = 64 * 1024;
    private static final int DUMP_ATTEMPTS = 8;

    private final byte[] buffer = new byte[BUFFER];
    private int fd;
    private int sequence;

    private NetlinkSocket(int fd) {
        this.fd = fd;
    }

    /** To ask. A call waits for the kernel's answer, but not for ever. */
    static NetlinkSocket open() throws ErrnoException {
        NetlinkSocket socket = open(0, 0);
        byte[] timeout = new byte[2 * Long.BYTES];
        Bytes.of(timeout).putLong(TIMEOUT_SECONDS);
        LibC.setsockopt(socket.fd, LibC.SOL_SOCKET, LibC.SO_RCVTIMEO, timeout, timeout.length);
        // An old kernel knows neither, and then says less.
        LibC.setsockopt(socket.fd, SOL_NETLINK, NETLINK_CAP_ACK, Bytes.ofInt(1), Integer.BYTES);
        LibC.setsockopt(socket.fd, SOL_NETLINK, NETLINK_EXT_ACK, Bytes.ofInt(1), Integer.BYTES);
        return socket;
    }

    /** To listen, without blocking. */
    static NetlinkSocket listen(int groups) throws ErrnoException {
        return open(LibC.O_NONBLOCK, groups);
    }

    private static NetlinkSocket open(int flags, int groups) throws ErrnoException {
        int fd = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.O_CLOEXEC | flags, NETLINK_ROUTE);
        if (fd < 0) {
            throw ErrnoException.last("socket", "NETLINK_ROUTE");
        }
        byte[] address = new byte[SOCKADDR_NL];
        Bytes.of(address).putShort(0, (short) LibC.AF_NETLINK).putInt(8, groups);
        if (LibC.bind(fd, address, address.length) < 0) {
            ErrnoException failure = ErrnoException.last("bind", "NETLINK_ROUTE");
            LibC.close(fd);
            throw failure;
        }
        return new NetlinkSocket(fd);
    }

    int fd() {
        return fd;
    }

    void receiveBuffer(int bytes) throws ErrnoException {
        if (LibC.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_RCVBUF, Bytes.ofInt(bytes), Integer.BYTES) < 0) {
            throw ErrnoException.last("SO_RCVBUF", "NETLINK_ROUTE");
        }
    }

    /**
     * Asks for something to be done or for one thing, and waits for the answer; what it is about goes into the error.
     */
    List<NetlinkReply> ask(String call, String subject, NetlinkMessage message) throws ErrnoException {
        int asked = send(call, subject, message);
        List<NetlinkReply> answers = new ArrayList<>();
        while (true) {
            for (NetlinkReply reply : receive(call, subject)) {
                if (reply.sequence() != asked) {
                    continue; // of a request that timed out
                }
                if (reply.type() == NetlinkReply.ERROR) {
                    if (reply.errno() != 0) {
                        throw refusal(call, subject, reply);
                    }
                    return answers;
                }
                answers.add(reply);
            }
        }
    }

    /** Asks for a list. One that changed while it was told is asked for again. */
    List<NetlinkReply> list(String call, String subject, NetlinkMessage message) throws ErrnoException {
        List<NetlinkReply> whole = null;
        for (int attempt = 0; whole == null && attempt < DUMP_ATTEMPTS; attempt++) {
            whole = listOnce(call, subject, message);
        }
        if (whole == null) {
            throw new ErrnoException(call, subject, Errno.EINTR, "the list changed " + DUMP_ATTEMPTS
                    + " times while the kernel told it; try again");
        }
        return whole;
    }

    private List<NetlinkReply> listOnce(String call, String subject, NetlinkMessage message) throws ErrnoException {
        int asked = send(call, subject, message);
        List<NetlinkReply> answers = new ArrayList<>();
        boolean interrupted = false;
        while (true) {
            for (NetlinkReply reply : receive(call, subject)) {
                if (reply.sequence() != asked) {
                    continue;
                }
                interrupted |= (reply.flags() & NetlinkReply.DUMP_INTERRUPTED) != 0;
                if (reply.type() == NetlinkReply.ERROR || reply.type() == NetlinkReply.DONE) {
                    if (reply.errno() != 0) {
                        throw refusal(call, subject, reply);
                    }
                    return interrupted ? null : answers;
                }
                answers.add(reply);
            }
        }
    }

    private static ErrnoException refusal(String call, String subject, NetlinkReply reply) {
        String words = reply.type() == NetlinkReply.ERROR ? reply.words() : "";
        return words.isEmpty() ? new ErrnoException(call, subject, reply.errno())
                : new ErrnoException(call, subject, reply.errno(), words);
    }

    private int send(String call, String subject, NetlinkMessage message) throws ErrnoException {
        if (fd < 0) {
            throw new ErrnoException(call, subject, Errno.EBADF, "the netlink socket is closed");
        }
        byte[] bytes = message.finish(++sequence);
        if (LibC.send(fd, bytes, bytes.length, 0) < 0) {
            throw ErrnoException.last(call, subject);
        }
        return sequence;
    }

    private List<NetlinkReply> receive(String call, String subject) throws ErrnoException {
        while (true) {
            long length = LibC.recv(fd, buffer, buffer.length, LibC.MSG_TRUNC);
            if (length > buffer.length) {
                throw new ErrnoException(call, subject, Errno.EMSGSIZE, "the kernel's answer has " + length + " bytes");
            }
            if (length >= 0) {
                return NetlinkReply.split(buffer.clone(), (int) length);
            }
            int errno = LibC.errno();
            if (errno == Errno.EAGAIN) {
                throw new ErrnoException(call, subject, errno, "no answer in " + TIMEOUT_SECONDS + " s");
            }
            if (errno != Errno.EINTR) {
                throw new ErrnoException(call, subject, errno);
            }
        }
    }

    /** @return what arrived; empty if nothing waits; {@code null} if some of it was lost ({@code ENOBUFS}) */
    List<NetlinkReply> poll() throws ErrnoException {
        if (fd < 0) {
            return List.of();
        }
        long length = LibC.recv(fd, buffer, buffer.length, LibC.MSG_TRUNC);
        if (length >= 0) {
            return length > buffer.length ? null : NetlinkReply.split(buffer, (int) length);
        }
        return switch (LibC.errno()) {
            case Errno.EAGAIN, Errno.EINTR -> List.of();
            case Errno.ENOBUFS -> null;
            default -> throw ErrnoException.last("recv", "NETLINK_ROUTE");
        };
    }

    void close() {
        if (fd >= 0) {
            LibC.close(fd);
            fd = -1;
        }
    }
}
