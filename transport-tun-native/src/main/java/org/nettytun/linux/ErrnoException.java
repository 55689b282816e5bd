package org.nettytun.linux;

import java.io.IOException;

/**
 * The kernel said no. The message is a sentence: the call, what it was about, the errno's name, and what to do, where
 * that is known.
 */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final String subject;
    private final int errno;

    /**
     * @param call    the system call or request, as in {@code TUNSETIFF}
     * @param subject the device, file or namespace it was about
     * @param errno   positive
     */
    public ErrnoException(String call, String subject, int errno) {
        this(call, subject, errno, hint(call, errno));
    }

    /** @param advice what to do, or what the kernel said besides; may be empty */
    ErrnoException(String call, String subject, int errno, String advice) {
        super(call + " on " + subject + ": " + Errno.describe(errno) + (advice.isEmpty() ? "" : ": " + advice));
        this.call = call;
        this.subject = subject;
        this.errno = errno;
    }

    /** For the libc call of this thread that failed just now. */
    static ErrnoException last(String call, String subject) {
        return new ErrnoException(call, subject, LibC.errno());
    }

    /** The system call or request. */
    public String call() {
        return call;
    }

    /** The device, file or namespace it was about. */
    public String subject() {
        return subject;
    }

    /** Positive. */
    public int errno() {
        return errno;
    }

    /** As in {@code EBUSY}. */
    public String errnoName() {
        return Errno.name(errno);
    }

    private static String hint(String call, int errno) {
        return switch (errno) {
            case Errno.EMFILE -> "the process has no descriptor left; raise its limit (ulimit -n) or close some";
            case Errno.ENFILE -> "the system has no descriptor left";
            default -> switch (call) {
                case "open" -> openHint(errno);
                case "TUNSETIFF" -> attachHint(errno);
                case "setns" -> errno == Errno.EPERM
                        ? "another network namespace needs CAP_SYS_ADMIN; run as root, or in one's own user namespace"
                        : "";
                case "TUNGETIFF" -> "expected a descriptor of /dev/net/tun that is attached to a device";
                default -> errno == Errno.EPERM ? "this needs CAP_NET_ADMIN; run as root, or in one's own user"
                        + " namespace (unshare -Urn)" : "";
            };
        };
    }

    private static String openHint(int errno) {
        return switch (errno) {
            case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO -> "there is no TUN driver here; load it with \"modprobe tun\""
                    + ", or give the container the device with --device /dev/net/tun";
            case Errno.EACCES, Errno.EPERM -> "the user may not open it; run as root, make it mode 0666, or give the"
                    + " container the device with --device /dev/net/tun";
            default -> "";
        };
    }

    private static String attachHint(int errno) {
        return switch (errno) {
            case Errno.EPERM -> "creating a device or attaching to one of somebody else's needs CAP_NET_ADMIN; run as"
                    + " root, have the device prepared with TUN_PERSIST and TUN_OWNER, or use one's own user namespace"
                    + " (unshare -Urn)";
            case Errno.EBUSY -> "the device is in use, or another one has this name; choose another name, close the"
                    + " other descriptor, or open all of them as queues of one device (TUN_QUEUES)";
            case Errno.EINVAL -> "there is a device of this name which is no TUN device, or whose flags differ: one"
                    + " with several queues can only be opened as such (TUN_QUEUES), one with a single queue only"
                    + " without";
            case Errno.EEXIST -> "a new device was asked for (EXCLUSIVE), and there is one of this name";
            case Errno.E2BIG -> "the device has no queue left";
            default -> "";
        };
    }
}
