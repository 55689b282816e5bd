package org.nettytun.linux;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/**
 * One queue of a TUN device: an open descriptor of {@code /dev/net/tun} that is attached. Any thread; the setters block
 * no longer than an ioctl. Once closed or released they fail with {@code EBADF}, and never touch what may have
 * got the same number since.
 *
 * @see <a href="https://elixir.bootlin.com/linux/v6.12/source/drivers/net/tun.c">tun_chr_ioctl, v6.12</a>
 */
public final class TunFd implements AutoCloseable {
    static final String CLONE_DEVICE = "/dev/net/tun";
    private static final int IFNAMSIZ = 16;
    private static final int IFREQ = 40;
    private static final int CLOSED = -1;

    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNSETPERSIST = 0x400454cbL;
    private static final long TUNSETOWNER = 0x400454ccL;
    private static final long TUNSETGROUP = 0x400454ceL;
    private static final long TUNGETFEATURES = 0x800454cfL;
    private static final long TUNSETOFFLOAD = 0x400454d0L;
    private static final long TUNGETIFF = 0x800454d2L;
    private static final long TUNGETVNETHDRSZ = 0x800454d7L;
    private static final long TUNSETVNETHDRSZ = 0x400454d8L;

    private final String name;
    private final Set<TunFlag> flags;
    private int fd;

    private TunFd(int fd, String name, Set<TunFlag> flags) {
        this.fd = fd;
        this.name = name;
        this.flags = flags;
    }

    /**
     * Creates a device, or attaches to one that exists, in the calling thread's network namespace. Non-blocking,
     * closed on exec.
     *
     * @param name  1 to 15 bytes; with {@code %d} in it the kernel puts the first free number there; empty: the
     *              kernel's choice
     * @param flags must be among {@link #supportedFlags()}
     * @throws IllegalArgumentException for a name or flag that cannot be
     * @throws ErrnoException           when the kernel refuses, with what to do
     */
    public static TunFd open(String name, Set<TunFlag> flags) throws ErrnoException {
        DeviceName.check(name);
        int fd = openCloneDevice();
        try {
            requireSupported(flags, features(fd));
            return attach(fd, name, flags);
        } catch (ErrnoException | RuntimeException | Error e) {
            LibC.close(fd);
            throw e;
        }
    }

    /** TUNSETIFF ignores what it does not know, without a word. */
    static void requireSupported(Set<TunFlag> flags, Set<TunFlag> supported) {
        Set<TunFlag> missing = EnumSet.noneOf(TunFlag.class);
        missing.addAll(flags);
        missing.removeAll(supported);
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("this kernel does not know " + missing + ": supported=" + supported
                    + "; leave it out");
        }
    }

    private static int openCloneDevice() throws ErrnoException {
        int fd = LibC.open(CLONE_DEVICE, LibC.O_RDWR | LibC.O_NONBLOCK | LibC.O_CLOEXEC);
        if (fd < 0) {
            throw ErrnoException.last("open", CLONE_DEVICE);
        }
        return fd;
    }

    private static TunFd attach(int fd, String name, Set<TunFlag> flags) throws ErrnoException {
        byte[] request = new byte[IFREQ];
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, request, 0, bytes.length);
        Bytes.of(request).putShort(IFNAMSIZ, (short) (TunFlag.IFF_TUN | TunFlag.IFF_NO_PI | TunFlag.bits(flags)));
        if (LibC.ioctl(fd, TUNSETIFF, request) < 0) {
            throw ErrnoException.last("TUNSETIFF", name.isEmpty() ? "a new device" : name);
        }
        Set<TunFlag> set = EnumSet.noneOf(TunFlag.class);
        set.addAll(flags);
        return new TunFd(fd, name(request), set);
    }

    /**
     * Takes over a descriptor that somebody opened and attached, and makes it non-blocking and closed on exec. On
     * failure the caller keeps it.
     *
     * @throws IllegalArgumentException if its device is TAP, or has packet information before each packet
     * @throws ErrnoException           if it is no TUN descriptor, or not attached
     */
    public static TunFd adopt(int fd) throws ErrnoException {
        byte[] request = new byte[IFREQ];
        if (LibC.ioctl(fd, TUNGETIFF, request) < 0) {
            throw ErrnoException.last("TUNGETIFF", Descriptors.subject(fd));
        }
        int bits = Bytes.of(request).getShort(IFNAMSIZ);
        // The kernel's IFF_NO_PI is also IFF_NOFILTER here, so that it alone proves nothing.
        if ((bits & TunFlag.IFF_TUN) == 0 || (bits & TunFlag.IFF_NO_PI) == 0
                || TunPacketInformation.isPresent(fd, name(request))) {
            throw new IllegalArgumentException("expected a queue opened with IFF_TUN and IFF_NO_PI: fd=" + fd
                    + ", device=" + name(request) + ", flags=0x" + Integer.toHexString(bits & 0xffff));
        }
        int before = Descriptors.statusFlags(fd);
        Descriptors.setNonBlocking(fd);
        try {
            Descriptors.setCloseOnExec(fd);
        } catch (ErrnoException e) {
            Descriptors.setStatusFlags(fd, before);
            throw e;
        }
        return new TunFd(fd, name(request), TunFlag.of(bits & ~TunFlag.bits(EnumSet.of(TunFlag.EXCLUSIVE))));
    }

    /** Whether {@code fd} is a TUN or TAP queue that is attached to a device. */
    public static boolean isTun(int fd) {
        return LibC.ioctl(fd, TUNGETIFF, new byte[IFREQ]) >= 0;
    }

    /** What this kernel knows, asked with {@code TUNGETFEATURES}. Needs {@code /dev/net/tun}, no privilege beyond. */
    public static Set<TunFlag> supportedFlags() throws ErrnoException {
        int fd = openCloneDevice();
        try {
            return features(fd);
        } finally {
            LibC.close(fd);
        }
    }

    private static Set<TunFlag> features(int fd) throws ErrnoException {
        byte[] bits = new byte[Integer.BYTES];
        if (LibC.ioctl(fd, TUNGETFEATURES, bits) < 0) {
            throw ErrnoException.last("TUNGETFEATURES", CLONE_DEVICE);
        }
        Set<TunFlag> known = TunFlag.of(Bytes.of(bits).getInt());
        known.add(TunFlag.EXCLUSIVE); // since 2.6.31, but no kernel lists it
        return known;
    }

    private static String name(byte[] request) {
        int end = 0;
        while (end < IFNAMSIZ && request[end] != 0) {
            end++;
        }
        return new String(request, 0, end, StandardCharsets.UTF_8);
    }

    /** The descriptor; -1 once closed or released. */
    public synchronized int fd() {
        return fd;
    }

    /**
     * Whether the device is in the calling thread's network namespace. {@code false} also if the kernel does not say,
     * which it does to those with CAP_NET_ADMIN: a device of the same name may be somebody else's.
     */
    public boolean isInCallersNamespace() throws ErrnoException {
        return TunPacketInformation.isHere(fd());
    }

    /** The device's name when it was opened. */
    public String name() {
        return name;
    }

    /** How it was opened. */
    public Set<TunFlag> flags() {
        return EnumSet.copyOf(flags.isEmpty() ? EnumSet.noneOf(TunFlag.class) : flags);
    }

    /** Whether the device outlives its last descriptor. */
    public void setPersist(boolean on) throws ErrnoException {
        set("TUNSETPERSIST", TUNSETPERSIST, on ? 1 : 0);
    }

    /** The user who may attach without CAP_NET_ADMIN. */
    public void setOwner(int uid) throws ErrnoException {
        set("TUNSETOWNER", TUNSETOWNER, uid);
    }

    /** The group whose members may attach without CAP_NET_ADMIN. */
    public void setGroup(int gid) throws ErrnoException {
        set("TUNSETGROUP", TUNSETGROUP, gid);
    }

    /** @param bits {@code TUN_F_CSUM} and the like: what the application takes */
    public void setOffload(int bits) throws ErrnoException {
        set("TUNSETOFFLOAD", TUNSETOFFLOAD, bits);
    }

    /** Bytes of the virtio header before each packet, if it was opened with {@link TunFlag#VNET_HDR}. */
    public synchronized int vnetHeaderSize() throws ErrnoException {
        byte[] bytes = new byte[Integer.BYTES];
        if (LibC.ioctl(fd, TUNGETVNETHDRSZ, bytes) < 0) {
            throw ErrnoException.last("TUNGETVNETHDRSZ", name);
        }
        return Bytes.of(bytes).getInt();
    }

    /** @param bytes 10 or more, of the virtio header before each packet */
    public synchronized void setVnetHeaderSize(int bytes) throws ErrnoException {
        if (LibC.ioctl(fd, TUNSETVNETHDRSZ, Bytes.ofInt(bytes)) < 0) {
            throw ErrnoException.last("TUNSETVNETHDRSZ", name);
        }
    }

    private synchronized void set(String call, long request, long value) throws ErrnoException {
        if (LibC.ioctl(fd, request, value) < 0) {
            throw ErrnoException.last(call, name);
        }
    }

    /** Hands the descriptor out: {@link #close()} no longer closes it. @return it, or -1 if it was closed before */
    public synchronized int release() {
        int out = fd;
        fd = CLOSED;
        return out;
    }

    /** Closes the descriptor unless it was {@link #release released}. Idempotent. */
    @Override
    public synchronized void close() {
        if (fd != CLOSED) {
            LibC.close(fd); // its only failure is EBADF, and that would be a second close
            fd = CLOSED;
        }
    }

    @Override
    public String toString() {
        return "TunFd[" + name + ", " + Descriptors.subject(fd()) + ", " + flags + ']';
    }
}
