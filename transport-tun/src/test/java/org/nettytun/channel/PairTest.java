package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nettytun.fixture.Balances;
import org.nettytun.linux.ErrnoException;

import java.util.concurrent.TimeUnit;

/** A test on a pair: no device, no privilege. */
@ExtendWith(Balances.class)
abstract class PairTest {
    final TunEventLoopGroup group = new TunEventLoopGroup(2);
    final TunEventLoopGroup other = new TunEventLoopGroup(1);
    final TunPair pair = open();

    static TunPair open() {
        try {
            return TunPair.open();
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        other.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        group.terminationFuture().syncUninterruptibly();
    }

    Bootstrap bootstrap(ChannelHandler handler) {
        return new Bootstrap().group(group).channelFactory(Balances::watched).handler(handler);
    }

    TunChannel bind(TunAddress address, ChannelHandler handler) {
        return (TunChannel) bootstrap(handler).bind(address).syncUninterruptibly().channel();
    }
}
