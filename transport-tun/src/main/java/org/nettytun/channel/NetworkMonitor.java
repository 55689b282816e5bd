package org.nettytun.channel;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import org.nettytun.linux.NetworkChange;
import org.nettytun.linux.RtNetlinkMonitor;

import java.util.function.Consumer;

/**
 * Changes of links, addresses and routes, told on an event loop as they happen. A handle like any other of the loop: no
 * thread of its own.
 */
public final class NetworkMonitor implements AutoCloseable {
    private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(NetworkMonitor.class);

    private final RtNetlinkMonitor source;
    private final FileDescriptor fd;
    private final Consumer<? super NetworkChange> sink;
    private volatile IoRegistration registration;
    private volatile boolean closed;

    private NetworkMonitor(RtNetlinkMonitor source, Consumer<? super NetworkChange> sink) {
        this.source = source;
        this.fd = new FileDescriptor(source.fd());
        this.sink = sink;
    }

    /**
     * Tells {@code sink} on {@code loop} what {@code source} hears, until it is closed or the loop ends.
     *
     * @param source what is heard; stays the caller's, who closes it after this
     * @param sink   called on the loop's thread; what it throws is logged
     */
    public static Future<NetworkMonitor> start(IoEventLoop loop, RtNetlinkMonitor source,
                                               Consumer<? super NetworkChange> sink) {
        NetworkMonitor monitor = new NetworkMonitor(source, sink);
        if (loop.inEventLoop()) {
            return monitor.register(loop);
        }
        return loop.submit(() -> monitor.register(loop).sync().getNow());
    }

    private Future<NetworkMonitor> register(IoEventLoop loop) {
        Future<IoRegistration> registered = loop.register(new Handle());
        if (!registered.isSuccess()) { // it is done: we are on the loop
            return loop.newFailedFuture(registered.cause());
        }
        registration = registered.getNow();
        registration.submit(EpollIoOps.EPOLLIN);
        return loop.newSucceededFuture(this);
    }

    /** Tells no more: a change being told may end after this, none begins. Any thread; idempotent. */
    @Override
    public void close() {
        closed = true; // the loop takes the handle out later, and may poll once more until then
        registration.cancel();
    }

    private void tell(NetworkChange change) {
        if (!closed) {
            sink.accept(change);
        }
    }

    private final class Handle implements EpollIoHandle {
        @Override
        public FileDescriptor fd() {
            return fd;
        }

        @Override
        public void handle(IoRegistration from, IoEvent event) {
            try {
                source.poll(NetworkMonitor.this::tell);
            } catch (Throwable t) { // other handles live on this loop
                LOGGER.warn("A listener of network changes failed.", t);
            }
        }

        @Override
        public void close() {
            NetworkMonitor.this.close();
        }
    }
}
