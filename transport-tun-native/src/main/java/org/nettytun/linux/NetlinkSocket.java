package org.nettytun.linux;

import java.nio.ByteBuffer;

/**
 * A socket to rtnetlink in the namespace of the thread that opened it. One thread at a time.
 *
 * <p>Source: {@code netlink(7)}; {@code net/netlink/af_netlink.c}, v6.12.
 */
final class NetlinkSocket implements NetlinkPort {
    private static final String SUBJECT = "NETLINK_ROUTE";
    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int SOCKADDR_NL = 12;
    private static final int NL_PID = 4;
    private static final int NL_GROUPS = 8;
    private static final int TIMEOUT_SECONDS = 5;
    /** What {@code netlink_dump} fills at most. A single link's message can be longer: then the buffer grows. */
    private static final int BUFFER = 32 * 1024;

    private final byte[] sender = new byte[SOCKADDR_NL];
    private final int[] senderLength = new int[1];
    private byte[] buffer = new byte[BUFFER];
    private int fd;

    private NetlinkSocket(int fd) {
        this.fd = fd;
    }

    /** To ask. {@link #receive} waits for the kernel's answer, but not for ever. */
    static NetlinkSocket open() throws ErrnoException {
        NetlinkSocket socket = open(0, 0);
        try {
            byte[] timeout = new byte[2 * Long.BYTES];   // struct timeval
            Bytes.of(timeout).putLong(TIMEOUT_SECONDS);
            socket.option("SO_RCVTIMEO", LibC.SOL_SOCKET, LibC.SO_RCVTIMEO, timeout);
            socket.optionIfKnown("NETLINK_CAP_ACK", NETLINK_CAP_ACK);
            socket.optionIfKnown("NETLINK_EXT_ACK", NETLINK_EXT_ACK);
            return socket;
        } catch (ErrnoException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** To listen, without blocking. */
    static NetlinkSocket listen(int groups) throws ErrnoException {
        return open(LibC.O_NONBLOCK, groups);
    }

    private static NetlinkSocket open(int flags, int groups) throws ErrnoException {
        int fd = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.O_CLOEXEC | flags, NETLINK_ROUTE);
        if (fd < 0) {
            throw ErrnoException.last("socket", SUBJECT);
        }
        byte[] address = new byte[SOCKADDR_NL];
        Bytes.of(address).putShort(0, (short) LibC.AF_NETLINK).putInt(NL_GROUPS, groups);
        if (LibC.bind(fd, address, address.length) < 0) {
            ErrnoException failure = ErrnoException.last("bind", SUBJECT);
            LibC.close(fd);
            throw failure;
        }
        return new NetlinkSocket(fd);
    }

    private void option(String name, int level, int number, byte[] value) throws ErrnoException {
        if (LibC.setsockopt(fd, level, number, value, value.length) < 0) {
            throw ErrnoException.last("setsockopt " + name, SUBJECT);
        }
    }

    /** A kernel before 4.12 knows neither of them, and then says less about a refusal. */
    private void optionIfKnown(String name, int number) throws ErrnoException {
        try {
            option(name, SOL_NETLINK, number, Bytes.ofInt(1));
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOPROTOOPT) {
                throw e;
            }
        }
    }

    /** {@code -1} once closed. */
    int fd() {
        return fd;
    }

    void receiveBuffer(int bytes) throws ErrnoException {
        option("SO_RCVBUF", LibC.SOL_SOCKET, LibC.SO_RCVBUF, Bytes.ofInt(bytes));
    }

    @Override
    public void send(byte[] message) throws ErrnoException {
        if (LibC.send(fd, message, message.length, 0) < 0) {
            throw ErrnoException.last("send", SUBJECT);
        }
    }

    @Override
    public ByteBuffer receive() throws ErrnoException {
        while (true) {
            int length = receive(LibC.MSG_PEEK | LibC.MSG_TRUNC);   // its whole length, without taking it
            if (length > buffer.length) {
                buffer = new byte[length];
            }
            length = receive(0);
            if (Bytes.of(sender).getInt(NL_PID) == 0) {             // the kernel; another process may write to us too
                return Bytes.of(buffer).limit(length);
            }
        }
    }

    private int receive(int flags) throws ErrnoException {
        while (true) {
            senderLength[0] = SOCKADDR_NL;
            long length = LibC.recvfrom(fd, buffer, buffer.length, flags, sender, senderLength);
            if (length >= 0) {
                return (int) length;
            }
            if (LibC.errno() != Errno.EINTR) {
                throw ErrnoException.last("recv", SUBJECT);
            }
        }
    }

    void close() {
        if (fd >= 0) {
            LibC.close(fd);
            fd = -1;
        }
    }
}
