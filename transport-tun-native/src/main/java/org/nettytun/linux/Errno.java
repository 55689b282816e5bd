package org.nettytun.linux;

import java.util.HashMap;
import java.util.Map;

/**
 * Linux's error numbers, as far as the calls of this project return them, with their names and the words of {@code
 * strerror(3)}. Source: {@code include/uapi/asm-generic/errno-base.h} and {@code errno.h}, v6.12; the same on x86-64
 * and AArch64.
 */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int E2BIG = 7;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int ENOTTY = 25;
    public static final int EPIPE = 32;
    public static final int ERANGE = 34;
    public static final int ENOSYS = 38;
    public static final int EBADFD = 77;
    public static final int ENOTSOCK = 88;
    public static final int EMSGSIZE = 90;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ECONNRESET = 104;
    public static final int ENOBUFS = 105;
    public static final int ENOTCONN = 107;
    public static final int EHOSTUNREACH = 113;

    private static final Map<Integer, String[]> KNOWN = new HashMap<>();

    static {
        know(EPERM, "EPERM", "Operation not permitted");
        know(ENOENT, "ENOENT", "No such file or directory");
        know(ESRCH, "ESRCH", "No such process");
        know(EINTR, "EINTR", "Interrupted system call");
        know(EIO, "EIO", "Input/output error");
        know(ENXIO, "ENXIO", "No such device or address");
        know(E2BIG, "E2BIG", "Argument list too long");
        know(EBADF, "EBADF", "Bad file descriptor");
        know(EAGAIN, "EAGAIN", "Resource temporarily unavailable");
        know(ENOMEM, "ENOMEM", "Cannot allocate memory");
        know(EACCES, "EACCES", "Permission denied");
        know(EFAULT, "EFAULT", "Bad address");
        know(EBUSY, "EBUSY", "Device or resource busy");
        know(EEXIST, "EEXIST", "File exists");
        know(ENODEV, "ENODEV", "No such device");
        know(ENOTDIR, "ENOTDIR", "Not a directory");
        know(EINVAL, "EINVAL", "Invalid argument");
        know(ENFILE, "ENFILE", "Too many open files in system");
        know(EMFILE, "EMFILE", "Too many open files");
        know(ENOTTY, "ENOTTY", "Inappropriate ioctl for device");
        know(EPIPE, "EPIPE", "Broken pipe");
        know(ERANGE, "ERANGE", "Numerical result out of range");
        know(ENOSYS, "ENOSYS", "Function not implemented");
        know(EBADFD, "EBADFD", "File descriptor in bad state");
        know(ENOTSOCK, "ENOTSOCK", "Socket operation on non-socket");
        know(EMSGSIZE, "EMSGSIZE", "Message too long");
        know(EOPNOTSUPP, "EOPNOTSUPP", "Operation not supported");
        know(EAFNOSUPPORT, "EAFNOSUPPORT", "Address family not supported by protocol");
        know(EADDRNOTAVAIL, "EADDRNOTAVAIL", "Cannot assign requested address");
        know(ENETDOWN, "ENETDOWN", "Network is down");
        know(ENETUNREACH, "ENETUNREACH", "Network is unreachable");
        know(ECONNRESET, "ECONNRESET", "Connection reset by peer");
        know(ENOBUFS, "ENOBUFS", "No buffer space available");
        know(ENOTCONN, "ENOTCONN", "Transport endpoint is not connected");
        know(EHOSTUNREACH, "EHOSTUNREACH", "No route to host");
    }

    private Errno() {
    }

    private static void know(int errno, String name, String words) {
        KNOWN.put(errno, new String[] {name, words});
    }

    /** As in {@code EBUSY}; {@code errno 200} for one that we have no name for. */
    public static String name(int errno) {
        String[] known = KNOWN.get(errno);
        return known == null ? "errno " + errno : known[0];
    }

    /** As in {@code EBUSY (Device or resource busy)}. */
    static String describe(int errno) {
        String[] known = KNOWN.get(errno);
        return known == null ? "errno " + errno : known[0] + " (" + known[1] + ")";
    }
}
