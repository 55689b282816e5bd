package org.nettytun.linux;

import java.util.List;
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
    public static RtNetlinkMonitor open(NetworkNamespace namespace, Set<Topic> topics) throws Exception {
        return namespace.call(() -> open(topics));
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
     *
     * @return changes told
     */
    public int poll(Consumer<? super NetworkChange> sink) throws ErrnoException {
        int told = 0;
        for (int datagram = 0; datagram < DATAGRAMS_PER_POLL; datagram++) {
            List<NetlinkReply> replies = socket.poll();
            if (replies == null) {
                sink.accept(new NetworkChange.Overrun());
                told++;
                continue;
            }
            if (replies.isEmpty()) {
                break;
            }
            for (NetlinkReply reply : replies) {
                for (NetworkChange change : RtMessages.changes(reply)) {
                    sink.accept(change);
                    told++;
                }
            }
        }
        return told;
    }

    /** Idempotent. */
    @Override
    public void close() {
        socket.close();
    }
}
