package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nettytun.fixture.Balances;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;

import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A test on a device {@code tun0}, 10.7.0.1/24 and fd07::1/64, in a namespace of its own. */
@NeedsDevices
@ExtendWith(Balances.class)
abstract class DeviceTest {
    static final int IP_AND_UDP = 28;

    final TunEventLoopGroup group = new TunEventLoopGroup(2);
    final Netns netns = new Netns();

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        netns.close();
    }

    Bootstrap bootstrap(ChannelHandler handler) {
        return new Bootstrap().group(group).channelFactory(Balances::watched).handler(handler)
                .option(TunChannelOption.TUN_NETNS, netns.name())
                .option(TunChannelOption.TUN_ADDRESSES, List.of("10.7.0.1/24", "fd07::1/64"));
    }

    TunChannel bind(ChannelHandler handler) {
        return bind(bootstrap(handler));
    }

    static TunChannel bind(Bootstrap bootstrap) {
        return (TunChannel) bootstrap.bind(new TunAddress("tun0")).syncUninterruptibly().channel();
    }

    /** One packet of that length from the kernel of {@code from} to 10.7.0.2, which we are. */
    static void kernelSends(Netns from, int length) throws Exception {
        try (DatagramChannel socket = from.namespace().call(() -> DatagramChannel.open(StandardProtocolFamily.INET))) {
            socket.send(ByteBuffer.allocate(length - IP_AND_UDP), new InetSocketAddress("10.7.0.2", 9));
        }
    }
}
