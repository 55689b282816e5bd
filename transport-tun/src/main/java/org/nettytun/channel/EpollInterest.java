package org.nettytun.channel;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;

/** What one channel asks of its loop's epoll, kept from one loop to the next. The event loop's thread only. */
final class EpollInterest {
    static final int IN = 1;
    static final int OUT = 2;
    /** By what is wanted. Never without EPOLLERR: a device that goes away while nobody reads must be noticed. */
    private static final EpollIoOps[] OPS = {
        EpollIoOps.EPOLLERR,
        EpollIoOps.EPOLLERR.with(EpollIoOps.EPOLLIN),
        EpollIoOps.EPOLLERR.with(EpollIoOps.EPOLLOUT),
        EpollIoOps.EPOLLERR.with(EpollIoOps.EPOLLIN).with(EpollIoOps.EPOLLOUT),
    };
    /** A socket whose peer has closed is ready for ever: while nobody reads it, it must not say so again and again. */
    private static final EpollIoOps ONCE = EpollIoOps.EPOLLERR.with(EpollIoOps.EPOLLET);

    private IoRegistration registration;
    private int wanted;
    private boolean hungUp;

    /** Asks {@code loop}, on whose thread this is called. */
    void register(IoEventLoop loop, EpollIoHandle handle) throws Exception {
        registration = loop.register(handle).sync().getNow(); // done already: we are on the loop
        submit();
    }

    /** Asks nobody any more. */
    void cancel() {
        IoRegistration last = registration;
        registration = null;
        if (last != null) {
            last.cancel();
        }
    }

    boolean has(int what) {
        return (wanted & what) != 0;
    }

    void add(int what) {
        if ((wanted & what) == 0) {
            wanted |= what;
            submit();
        }
    }

    void remove(int what) {
        if ((wanted & what) != 0) {
            wanted &= ~what;
            submit();
        }
    }

    /** The peer has closed: it takes nothing any more, and is read only when somebody reads. */
    void hungUp() {
        hungUp = true;
        wanted &= ~OUT;
        submit();
    }

    private void submit() {
        if (registration != null) {
            registration.submit(hungUp && !has(IN) ? ONCE : OPS[wanted]);
        }
    }
}
