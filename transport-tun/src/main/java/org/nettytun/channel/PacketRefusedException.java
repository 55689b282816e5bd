package org.nettytun.channel;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import org.nettytun.linux.Errno;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Why the promise of a write failed while the channel lives on: the kernel refused this one packet. One shared object
 * for each errno, without a stack trace, because a device that is down refuses every packet of a busy sender.
 */
public final class PacketRefusedException extends IOException {
    /** An empty buffer was written: refused without asking the kernel. */
    static final PacketRefusedException EMPTY = new PacketRefusedException(0, KernelDropReason.PKT_TOO_SMALL,
            "packet refused: it is empty; an IP packet has at least 20 bytes");

    private static final long serialVersionUID = 1L;
    private static final IntObjectMap<PacketRefusedException> KNOWN = new IntObjectHashMap<>();

    static {
        know(Errno.EINVAL, KernelDropReason.INVALID_PROTO, "it does not start as an IPv4 or IPv6 packet");
        know(Errno.EIO, KernelDropReason.DEV_READY, "the device is down; set it up");
        know(Errno.ENOMEM, KernelDropReason.NOMEM, "the kernel has no memory for it");
        know(Errno.ENOBUFS, KernelDropReason.NOMEM, "the kernel has no buffer for it; it may be far too long");
        know(Errno.EMSGSIZE, KernelDropReason.PKT_TOO_BIG, "it is too long");
    }

    /** By what is wrong with what a packet owes, found without asking the kernel or after it said EINVAL. */
    private static final Map<DropReason, PacketRefusedException> MALFORMED = new HashMap<>();

    static {
        for (KernelDropReason reason : KernelDropReason.values()) {
            MALFORMED.put(reason, new PacketRefusedException(0, reason, "packet refused: what it owes and its headers"
                    + " do not go together: " + reason));
        }
    }

    private final int errno;
    private final transient DropReason reason;

    private PacketRefusedException(int errno, DropReason reason, String message) {
        super(message);
        this.errno = errno;
        this.reason = reason;
    }

    static PacketRefusedException of(int errno) {
        PacketRefusedException known = KNOWN.get(errno);
        return known != null ? known : new PacketRefusedException(errno, KernelDropReason.NOT_SPECIFIED,
                "packet refused: write: " + Errno.name(errno));
    }

    /** Of a packet that owes a checksum or a split, and cannot pay. */
    static PacketRefusedException of(DropReason malformed) {
        PacketRefusedException known = MALFORMED.get(malformed);
        return known != null ? known : MALFORMED.get(KernelDropReason.DEV_HDR);
    }

    /** Whether an errno of a read or write is not about a packet: the device was deleted, or the peer closed. */
    static boolean isGone(int errno) {
        return switch (errno) {
            case Errno.EBADFD, Errno.EBADF, Errno.EPIPE, Errno.ECONNRESET, Errno.ENOTCONN -> true;
            default -> false;
        };
    }

    private static void know(int errno, DropReason reason, String why) {
        KNOWN.put(errno, new PacketRefusedException(errno, reason,
                "packet refused: write: " + Errno.name(errno) + ": " + why));
    }

    /** The errno of {@code write(2)}, positive; 0 if the kernel was not asked. */
    public int errno() {
        return errno;
    }

    /** The reason under which the drop was counted. */
    public DropReason reason() {
        return reason;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
