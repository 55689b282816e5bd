package org.nettytun.linux;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Hears of changes of links, addresses and routes. A descriptor for somebody's event loop: readable when there is
 * something to tell. One thread at a time; no thread of its own.
 */
public final class RtNetlinkMonitor implements AutoCloseable {
    /** What to hear of. */
    public enum Topic {
        /** Links: {@code RTMGRP_LINK}. */
        LINK(0x1),
        /** Addresses of both families. */
        ADDRESS(0x10 | 0x100),
        /** Routes of both families. */
        ROUTE(0x40 | 0x400);

        private final int groups;

        Topic(int groups) {
            this.groups = groups;
        }
    }

    /** So that a storm of changes leaves the loop some time; a level-triggered loop comes back. */
    private static final int DATAGRAMS_PER_POLL = 64;

    private final NetlinkSocket socket;
    private final Deque<NetworkChange> untold = new ArrayDeque<>();   // more than none only if a sink has thrown

    private RtNetlinkMonitor(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** In the calling thread's network namespace. */
    public static RtNetlinkMonitor open(Set<Topic> topics) throws ErrnoException {
        int groups = 0;
        for (Topic topic : topics) {
            groups |= topic.groups;
        }
        return new RtNetlinkMonitor(NetlinkSocket.listen(groups));
    }

    /** In another network namespace. */
    public static RtNetlinkMonitor open(NetworkNamespace namespace, Set<Topic> topics) throws IOException {
        return namespace.callForIo(() -> open(topics));
    }

    /** For epoll: level-triggered, readable. */
    public int fd() {
        return socket.fd();
    }

    /** @param bytes that the kernel holds for us before changes are lost; it doubles the number, and has a limit */
    public void setReceiveBuffer(int bytes) throws ErrnoException {
        socket.receiveBuffer(bytes);
    }

    /**
     * Tells {@code sink} what there is, without waiting. {@link NetworkChange.Overrun} says that something was lost.
     * What the sink throws comes out of here, and the changes after that one are told by the next call.
     *
     * @return changes told
     * @throws ErrnoException {@code EBADMSG}: the kernel's message is not as we know it
     */
    public int poll(Consumer<? super NetworkChange> sink) throws ErrnoException {
        int told = tell(sink);
        for (int datagram = 0; datagram < DATAGRAMS_PER_POLL && fd() >= 0 && read(); datagram++) {
            told += tell(sink);
        }
        return told;
    }

    private int tell(Consumer<? super NetworkChange> sink) {
        int told = 0;
        for (NetworkChange change = untold.poll(); change != null; change = untold.poll()) {
            told++;
            sink.accept(change);
        }
        return told;
    }

    /** Takes one datagram apart. @return whether there was one */
    private boolean read() throws ErrnoException {
        try {
            for (NetlinkReply reply : NetlinkReply.split(socket.receive())) {
                untold.addAll(RtMessages.changes(reply));
            }
            return true;
        } catch (NetlinkFormatException e) {
            throw e.on("recv", "NETLINK_ROUTE");
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOBUFS) {
                untold.add(new NetworkChange.Overrun());
                return true;
            }
            if (e.errno() == Errno.EAGAIN) {
                return false;
            }
            throw e;
        }
    }

    /** Idempotent. */
    @Override
    public void close() {
        socket.close();
    }
}
