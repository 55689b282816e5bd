package org.nettytun.channel;

import io.netty.channel.AbstractIoHandlerEventCountTest;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.EpollIoHandler;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Netty's own test of what a handler counts, and what a loop of ours says of itself. */
class TunIoHandlerTest extends AbstractIoHandlerEventCountTest {
    @Override
    protected IoHandlerFactory newIoHandlerFactory() {
        return TunIoHandler.newFactory();
    }

    @Test
    void aLoopIsAnEpollLoopAndOurs() {
        TunEventLoopGroup group = new TunEventLoopGroup(1);
        IoEventLoop loop = group.next();
        assertTrue(loop.isIoType(EpollIoHandler.class));
        assertTrue(loop.isIoType(TunIoHandler.class));
        assertFalse(TunIoHandler.newFactory().isChangingThreadSupported());
        group.shutdownGracefully();
    }
}
