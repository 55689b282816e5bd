package org.nettytun.linux;

import static org.nettytun.linux.Errno.E2BIG;
import static org.nettytun.linux.Errno.EACCES;
import static org.nettytun.linux.Errno.EADDRNOTAVAIL;
import static org.nettytun.linux.Errno.EBADF;
import static org.nettytun.linux.Errno.EBADFD;
import static org.nettytun.linux.Errno.EBUSY;
import static org.nettytun.linux.Errno.EEXIST;
import static org.nettytun.linux.Errno.EHOSTUNREACH;
import static org.nettytun.linux.Errno.EINVAL;
import static org.nettytun.linux.Errno.EMFILE;
import static org.nettytun.linux.Errno.ENETDOWN;
import static org.nettytun.linux.Errno.ENETUNREACH;
import static org.nettytun.linux.Errno.ENFILE;
import static org.nettytun.linux.Errno.ENODEV;
import static org.nettytun.linux.Errno.ENOENT;
import static org.nettytun.linux.Errno.ENOTTY;
import static org.nettytun.linux.Errno.ENXIO;
import static org.nettytun.linux.Errno.EPERM;
import static org.nettytun.linux.Errno.ERANGE;
import static org.nettytun.linux.Errno.ESRCH;

/** What to do about an error, by the call that met it: the last part of an {@link ErrnoException}. Stateless. */
final class ErrnoHints {
    private static final String NEEDS_NET_ADMIN =
            "needs CAP_NET_ADMIN: run as root, `setcap cap_net_admin+ep` the java binary, "
                    + "`docker run --cap-add NET_ADMIN`, or one's own user namespace (`unshare -Urn`)";

    private ErrnoHints() {
    }

    /** @return a sentence; empty where the error says all we know */
    static String find(String call, String subject, int errno) {
        if (errno == EMFILE || errno == ENFILE) {
            return "no descriptor left: raise `ulimit -n` (LimitNOFILE= of systemd), or close some";
        }
        if (call.startsWith("TUN")) {
            return ioctl(call, errno);
        }
        if (call.startsWith("RTM_")) {
            return netlink(errno);
        }
        return switch (call) {
            case "open" -> TunFd.CLONE_DEVICE.equals(subject) ? openTun(errno) : openNamespace(errno);
            case "setns" -> setns(errno);
            default -> "";
        };
    }

    private static String openTun(int errno) {
        return switch (errno) {
            case ENOENT, ENODEV, ENXIO -> "the tun driver is not there: `modprobe tun`, "
                    + "or start the container with `--device /dev/net/tun`";
            case EACCES, EPERM -> "no permission to open the device node: needs CAP_NET_ADMIN or `chmod 0666` of it; "
                    + "in a container also `--device /dev/net/tun`";
            default -> "";
        };
    }

    private static String openNamespace(int errno) {
        return switch (errno) {
            case ENOENT -> "no such network namespace: `ip netns list` shows the named ones";
            case EACCES, EPERM -> "no permission to look at this network namespace: needs CAP_SYS_ADMIN";
            default -> "";
        };
    }

    private static String setns(int errno) {
        return switch (errno) {
            case EPERM -> "needs CAP_SYS_ADMIN in this user namespace and in the one that owns the network namespace: "
                    + "run as root, or open the descriptor elsewhere and pass it in";
            case EINVAL -> "the path is not that of a network namespace (/run/netns/NAME, /proc/PID/ns/net)";
            default -> "";
        };
    }

    private static String ioctl(String call, int errno) {
        if (errno == EBADF) {
            return "the descriptor is closed";
        }
        if (errno == ENOTTY || errno == EINVAL && "TUNGETIFF".equals(call)) {
            return "the descriptor is not one of a TUN device";
        }
        if (errno == EBADFD) {
            return "the descriptor is not attached to a device, or its device was deleted";
        }
        if (errno == EINVAL && ("TUNSETOWNER".equals(call) || "TUNSETGROUP".equals(call))) {
            return "this user namespace has no such user or group: /proc/self/uid_map and gid_map list those it has";
        }
        return "TUNSETIFF".equals(call) ? attach(errno) : "";
    }

    /** Linux v6.12, {@code drivers/net/tun.c}: {@code tun_set_iff}, {@code tun_attach}, {@code tun_not_capable}. */
    private static String attach(int errno) {
        return switch (errno) {
            case EPERM -> NEEDS_NET_ADMIN + "; or make the device persistent with your user as its owner";
            case EBUSY -> "another descriptor holds this single-queue device, or EXCLUSIVE was asked for and the "
                    + "name is taken: choose another name, close the other one, or open every queue with MULTI_QUEUE";
            case EINVAL -> "the name is taken by an interface of another kind, or the TUN device exists "
                    + "and differs in MULTI_QUEUE";
            case EEXIST -> "the name is taken";
            case E2BIG -> "the device has all of its 256 queues";
            default -> "";
        };
    }

    private static String netlink(int errno) {
        return switch (errno) {
            case EPERM -> NEEDS_NET_ADMIN;
            case EEXIST -> "it is there already";
            case ENODEV -> "no such interface in this network namespace";
            case ESRCH, ENOENT -> "no such entry";
            case EADDRNOTAVAIL -> "the interface does not have this address";
            case ENETDOWN -> "set the interface up first";
            case ENETUNREACH, EHOSTUNREACH -> "the gateway is not reachable through an interface that is up; "
                    + "add its network first, or say onlink";
            case EBUSY -> "an older kernel renames only interfaces that are down";
            case ERANGE -> "the value is outside of what the interface allows";
            default -> "";
        };
    }
}
