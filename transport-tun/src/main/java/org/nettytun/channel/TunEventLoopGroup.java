package org.nettytun.channel;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * Event loops for TUN channels, which carry Netty's epoll channels as well: a VPN's TUN queue and its UDP socket meet
 * on one thread. All the threads are Netty's.
 */
public final class TunEventLoopGroup extends MultiThreadIoEventLoopGroup {
    /** As many loops as Netty's default: twice the processors. */
    public TunEventLoopGroup() {
        this(0);
    }

    /** @param threads loops, one thread each; 0 for Netty's default */
    public TunEventLoopGroup(int threads) {
        super(threads, TunIoHandler.newFactory());
    }

    /**
     * @param threads loops, one thread each; 0 for Netty's default
     * @param factory makes the threads; Netty's {@code DefaultThreadFactory} makes those whose thread-locals are fast
     */
    public TunEventLoopGroup(int threads, ThreadFactory factory) {
        super(threads, factory, TunIoHandler.newFactory());
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory factory, Object... args) {
        return new TunEventLoop(this, executor, factory);
    }

    /** What drives the loops, in their order; each counts its passes and events. */
    public List<TunIoHandler> handlers() {
        List<TunIoHandler> all = new ArrayList<>();
        forEach(loop -> all.add(((TunEventLoop) loop).handler()));
        return all;
    }

    /** A loop that does not hide from those who ask for epoll that this is what it runs on. */
    private static final class TunEventLoop extends SingleThreadIoEventLoop {
        TunEventLoop(IoEventLoopGroup parent, Executor executor, IoHandlerFactory factory) {
            super(parent, executor, factory);
        }

        TunIoHandler handler() {
            return (TunIoHandler) ioHandler();
        }

        @Override
        public boolean isIoType(Class<? extends IoHandler> handlerType) {
            return handlerType == EpollIoHandler.class || super.isIoType(handlerType);
        }

        /** A loop told to stop without a quiet period may get here without having closed what it carries. */
        @Override
        protected boolean confirmShutdown() {
            if (isShuttingDown()) {
                ioHandler().prepareToDestroy();
            }
            return super.confirmShutdown();
        }
    }
}
