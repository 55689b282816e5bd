package org.nettytun.linux;

import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * The libc calls we make, one to one. No retries, no exceptions, no policy: below zero means failure, and {@link
 * #errno()} on the same thread tells why. Linux LP64 only: {@code long} carries {@code size_t} and {@code ssize_t}.
 * Arrays are copied in and out; JNA's {@code Memory} is avoided, for its cleaner starts and stops a thread as it likes,
 * and one that started while we stand in another network namespace would stay there.
 *
 * <p>Do not add {@code throws LastErrorException}: JNA then throws whenever errno is non-zero, even after success.
 */
final class LibC {
    static final int O_RDWR = 2;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;

    static final int F_GETFD = 1;
    static final int F_SETFD = 2;
    static final int F_GETFL = 3;
    static final int F_SETFL = 4;
    static final int F_DUPFD_CLOEXEC = 1030;
    static final int FD_CLOEXEC = 1;

    /** How many bytes wait to be read: into an int. */
    static final long FIONREAD = 0x541b;

    static final int AF_UNIX = 1;
    static final int AF_NETLINK = 16;
    static final int SOCK_RAW = 3;
    static final int SOCK_SEQPACKET = 5;
    static final int SOL_SOCKET = 1;
    static final int SO_TYPE = 3;
    static final int SO_RCVBUF = 8;
    static final int SO_RCVTIMEO = 20;
    static final int MSG_PEEK = 0x02;
    static final int MSG_TRUNC = 0x20;
    static final int CLONE_NEWNET = 0x40000000;

    static {
        Native.register(LibC.class, Platform.C_LIBRARY_NAME);
    }

    private LibC() {
    }

    /** Why the last call of this thread failed. */
    static int errno() {
        return Native.getLastError();
    }

    /** {@code int open(const char *path, int flags)}, open(2). */
    static native int open(String path, int flags);

    /** {@code int close(int fd)}, close(2). After EINTR the descriptor is gone all the same: never retry. */
    static native int close(int fd);

    /** {@code int ioctl(int fd, unsigned long request, void *argp)}; JNA binds no varargs, so always three. */
    static native int ioctl(int fd, long request, byte[] argp);

    /** {@code int ioctl(int fd, unsigned long request, unsigned long arg)}, for those that take a number. */
    static native int ioctl(int fd, long request, long arg);

    /** {@code int fcntl(int fd, int cmd, long arg)}, fcntl(2). */
    static native int fcntl(int fd, int cmd, long arg);

    /** {@code int setns(int fd, int nstype)}, setns(2). Moves the calling thread alone. */
    static native int setns(int fd, int nstype);

    /** {@code int socket(int domain, int type, int protocol)}, socket(2). */
    static native int socket(int domain, int type, int protocol);

    /** {@code int socketpair(int domain, int type, int protocol, int sv[2])}, socketpair(2). */
    static native int socketpair(int domain, int type, int protocol, int[] sv);

    /** {@code int bind(int fd, const struct sockaddr *addr, socklen_t len)}, bind(2). */
    static native int bind(int fd, byte[] addr, int len);

    /** {@code int setsockopt(int fd, int level, int name, const void *value, socklen_t len)}, setsockopt(2). */
    static native int setsockopt(int fd, int level, int name, byte[] value, int len);

    /** {@code int getsockopt(int fd, int level, int name, void *value, socklen_t *len)}, getsockopt(2). */
    static native int getsockopt(int fd, int level, int name, byte[] value, int[] len);

    /** {@code ssize_t send(int fd, const void *buf, size_t len, int flags)}, send(2). */
    static native long send(int fd, byte[] buf, long len, int flags);

    /** {@code ssize_t recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *, socklen_t *)}, recv(2). */
    static native long recvfrom(int fd, byte[] buf, long len, int flags, byte[] addr, int[] addrLen);
}
