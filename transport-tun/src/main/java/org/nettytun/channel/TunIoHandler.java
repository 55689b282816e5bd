package org.nettytun.channel;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.ThreadAwareExecutor;
import org.nettytun.buffer.NapiByteBufAllocator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Netty's epoll handler with what a NAPI loop adds: the flush of deferred frees, and counters, at each pass. TUN
 * queues, UDP and TCP channels share it. Belongs to one event loop's thread; the counters are read by any.
 */
public final class TunIoHandler implements IoHandler {
    private static final VarHandle PASSES;
    private static final VarHandle EVENTS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PASSES = lookup.findVarHandle(TunIoHandler.class, "passes", long.class);
            EVENTS = lookup.findVarHandle(TunIoHandler.class, "events", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final IoHandler epoll;
    private long passes;
    private long events;

    private TunIoHandler(IoHandler epoll) {
        this.epoll = epoll;
    }

    /** For a {@code MultiThreadIoEventLoopGroup} of one's own; {@link TunEventLoopGroup} is the usual way. */
    public static IoHandlerFactory newFactory() {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new TunIoHandler(epoll.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return false; // the buffer caches belong to the thread
            }
        };
    }

    /** Times the loop asked epoll. */
    public long passes() {
        return (long) PASSES.getOpaque(this);
    }

    /** Descriptors that were found ready, all passes together. */
    public long events() {
        return (long) EVENTS.getOpaque(this);
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        PASSES.setOpaque(this, passes + 1);
        NapiByteBufAllocator.flushAllDeferred();
        int handled = epoll.run(context);
        EVENTS.setOpaque(this, events + handled);
        return handled;
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        // A loop that is not ours may end without having asked, and would leave its devices behind.
        epoll.prepareToDestroy();
        epoll.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return epoll.register(handle);
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }
}
