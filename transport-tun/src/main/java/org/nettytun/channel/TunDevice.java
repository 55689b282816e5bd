package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import org.nettytun.linux.Descriptors;
import org.nettytun.linux.Errno;
import org.nettytun.linux.ErrnoException;
import org.nettytun.linux.Link;
import org.nettytun.linux.RtNetlink;
import org.nettytun.linux.RtNetlinkMonitor;
import org.nettytun.linux.RtNetlinkMonitor.Topic;
import org.nettytun.linux.TunFd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;

/**
 * What a bound channel holds of the kernel: the queue's descriptor and, if its device can be seen, two netlink sockets,
 * one to ask and one to listen. A socket pair has the descriptor alone.
 */
final class TunDevice {
    /** Where packets go for which there is no memory; nobody reads it, but the kernel then tells their length. */
    private static final ByteBuffer SCRATCH = ByteBuffer.allocateDirect(64 + TunLink.MAX_MTU);

    private final TunAddress wish;
    private final FileDescriptor fd;
    private final TunFd tun;
    private final TunLink link;
    private final RtNetlinkMonitor changes;
    private final TunChannelConfig config;
    private Offloads offloads;
    private NetworkMonitor watch;

    private TunDevice(TunAddress wish, int fd, TunFd tun, TunLink link, RtNetlinkMonitor changes,
                      TunChannelConfig config) {
        this.wish = wish;
        this.fd = new FileDescriptor(fd);
        this.tun = tun;
        this.link = link;
        this.changes = changes;
        this.config = config;
    }

    /**
     * Opens, or looks at a descriptor that is open, and sets up what the options say. On failure a device that was made
     * here is gone again; one that was there keeps what was set before the step that failed.
     */
    static TunDevice open(TunAddress wish, TunChannelConfig config) throws Exception {
        if (wish.descriptor() >= 0 && !TunFd.isTun(wish.descriptor())) {
            return ofPair(wish, config);
        }
        // The thread in the other namespace opens, and nothing else.
        TunDevice device = config.namespace().call(() -> acquire(wish, config));
        try {
            device.configure();
            return device;
        } catch (Throwable t) {
            device.rollBack();
            throw t;
        }
    }

    private static TunDevice ofPair(TunAddress wish, TunChannelConfig config) throws IOException {
        int fd = wish.descriptor();
        int type = Descriptors.socketType(fd);
        if (type != Descriptors.SOCK_SEQPACKET) {
            throw new IllegalArgumentException("bind: expected an attached queue of a TUN device, or a SOCK_SEQPACKET"
                    + " socket: descriptor=" + fd);
        }
        config.refuseDeviceOptions(wish);
        Descriptors.setNonBlocking(fd);
        Descriptors.setCloseOnExec(fd);
        TunDevice pair = new TunDevice(wish, fd, null, null, null, config);
        pair.offloads = Offloads.ofPair(config.offloads());
        return pair;
    }

    private static TunDevice acquire(TunAddress wish, TunChannelConfig config) throws ErrnoException {
        boolean given = wish.descriptor() >= 0;
        TunFd tun = given ? TunFd.adopt(wish.descriptor()) : TunFd.open(wish.device(), config.flags());
        RtNetlinkMonitor changes = null;
        RtNetlink control = null;
        try {
            changes = RtNetlinkMonitor.open(EnumSet.of(Topic.LINK)); // first, so that nothing is missed
            control = RtNetlink.open();
            Link seen = given && !tun.isInCallersNamespace() ? null : find(control, tun.name(), given);
            TunLink link = seen == null ? null : new TunLink(control, seen);
            if (link == null) {
                control.close();
                changes.close();
                changes = null;
            }
            return new TunDevice(wish, tun.fd(), tun, link, changes, config);
        } catch (Throwable t) {
            closeAll(control, changes);
            if (given) {
                tun.release();
            } else {
                tun.close();
            }
            throw t;
        }
    }

    /** A descriptor may come from another namespace, and then its device cannot be seen. One of our own can. */
    private static Link find(RtNetlink control, String name, boolean given) throws ErrnoException {
        if (!given) {
            return control.link(name);
        }
        return control.links().stream().filter(link -> link.name().equals(name) && "tun".equals(link.kind()))
                .findFirst().orElse(null);
    }

    private void configure() throws ErrnoException {
        offloads = Offloads.negotiate(tun, config.offloads());
        if (config.owner() != null) {
            tun.setOwner(config.owner());
        }
        if (config.group() != null) {
            tun.setGroup(config.group());
        }
        if (link == null) {
            config.refuseLinkOptions(tun.name());
            return;
        }
        if (config.wantedMtu() != null) {
            link.setMtu(config.wantedMtu());
        }
        if (config.txQueueLength() != null) {
            link.setTxQueueLength(config.txQueueLength());
        }
        link.addAddresses(config.addresses());
        Boolean up = config.up();
        if (up != null || wish.descriptor() < 0) {
            link.setUp(up == null || up);
        }
        link.addRoutes(config.routes());
        forgetOwnChanges();
    }

    /** What we have just done ourselves is no news; what others do from here on is. */
    private void forgetOwnChanges() throws ErrnoException {
        while (changes.poll(change -> { }) > 0) {
            continue;
        }
        link.refresh();
    }

    /** From here on the descriptor is ours for good, and {@link #close} closes it. The bind's last step. */
    void takeOver() throws ErrnoException {
        if (config.persist() != null) {
            tun.setPersist(config.persist());
        }
        if (tun != null) {
            tun.release(); // Netty's FileDescriptor closes it
        }
    }

    /** Gives everything back. A descriptor that was given stays open. */
    void rollBack() throws IOException {
        closeAll(link, changes);
        if (wish.descriptor() < 0) {
            fd.close();
        }
        if (tun != null) {
            tun.release();
        }
    }

    void close() throws IOException {
        closeAll(link, changes);
        fd.close();
    }

    private static void closeAll(RtNetlink control, RtNetlinkMonitor changes) {
        if (control != null) {
            control.close();
        }
        if (changes != null) {
            changes.close();
        }
    }

    private static void closeAll(TunLink link, RtNetlinkMonitor changes) {
        if (link != null) {
            link.close();
        }
        if (changes != null) {
            changes.close();
        }
    }

    FileDescriptor fd() {
        return fd;
    }

    boolean isPair() {
        return tun == null;
    }

    /** Whether a pair's peer has sent what is not read yet. */
    boolean hasUnread() {
        return isPair() && Descriptors.unread(fd.intValue()) > 0;
    }

    Offloads offloads() {
        return offloads;
    }

    /** {@code null} for a pair, and for a device that cannot be seen. */
    TunLink link() {
        return link;
    }

    /** Our index of it, from 0. */
    int queue() {
        return wish.queue();
    }

    TunAddress address() {
        if (tun == null) {
            return wish;
        }
        return new TunAddress(link == null ? tun.name() : link.last().name(), wish.queue());
    }

    /** Bytes of the longest packet that can be read whole. The event loop's, and others' for information. */
    int mtu() {
        if (offloads.isSuper()) {
            return TunLink.MAX_MTU;
        }
        if (link != null) {
            return link.largestMtu();
        }
        Integer wanted = tun == null ? config.wantedMtu() : null;
        return wanted == null ? TunLink.MAX_MTU : wanted;
    }

    /**
     * Bytes to offer to a read: one more than can come, so that a buffer which is full tells of a packet that was cut.
     */
    int readSize() {
        return longestRead() + 1;
    }

    /** Bytes that a read may take: the virtio header, if there is one, and the longest packet. */
    int longestRead() {
        return offloads.headerLength() + mtu();
    }

    /** Starts to listen for link events on {@code loop}, whose thread calls. */
    void watch(IoEventLoop loop, LinkWatch.Listener listener) {
        if (link != null) {
            watch = NetworkMonitor.start(loop, changes, new LinkWatch(link, () -> TunFd.isTun(fd.intValue()), listener))
                    .syncUninterruptibly().getNow();
        }
    }

    void unwatch() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }

    /** Looks at the MTU again: a packet was longer than it. */
    void refresh() {
        if (link != null) {
            link.refresh();
        }
    }

    /**
     * Inbound: takes one packet into the writable bytes of {@code data}, which is direct and in one piece.
     *
     * @return bytes, by which the writer index moved; 0 for {@code EAGAIN}; -1 at the end of a pair
     */
    int read(ByteBuf data) throws IOException {
        try {
            return readOnce(data);
        } catch (NativeIoException e) {
            if (isPair() && e.expectedErr() == -Errno.ECONNRESET) {
                return readOnce(data); // the peer closed without reading all; what it sent before is still there
            }
            throw e;
        }
    }

    private int readOnce(ByteBuf data) throws IOException {
        int start = data.writerIndex();
        int length;
        if (data.hasMemoryAddress()) {
            length = fd.readAddress(data.memoryAddress(), start, data.capacity());
        } else {
            ByteBuffer nio = data.internalNioBuffer(start, data.writableBytes());
            length = fd.read(nio, nio.position(), nio.limit());
        }
        if (length > 0) {
            data.writerIndex(start + length);
        }
        return length;
    }

    /** Takes one packet and forgets it. Returns its bytes; 0 or less if there was none. */
    int skip() throws IOException {
        return fd.read(SCRATCH, 0, SCRATCH.capacity()) - offloads.headerLength();
    }

    /** Whether {@code packet}, as it was read, lacks its end: it fills the buffer and says that it is longer. */
    boolean isCut(ByteBuf packet) {
        if (isPair() && packet.readableBytes() > mtu()) {
            return true; // a slot may hold more than a pair's MTU allows
        }
        if (packet.isWritable()) {
            return false;
        }
        int length = packet.readableBytes();
        return length > mtu() || wholeLength(packet) > length;
    }

    /** Bytes that {@code packet} had before it was cut, as far as it says so. */
    static int wholeLength(ByteBuf packet) {
        int length = packet.readableBytes();
        int at = packet.readerIndex();
        int version = length < 6 ? 0 : packet.getUnsignedByte(at) >>> 4;
        return switch (version) {
            case 4 -> Math.max(length, packet.getUnsignedShort(at + 2));
            case 6 -> Math.max(length, packet.getUnsignedShort(at + 4) + 40);
            default -> length;
        };
    }
}
