package org.nettytun.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.channel.TunPair;

import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

class TunMetricsTest {
    private final TunEventLoopGroup group = new TunEventLoopGroup(1);
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void whatWentThroughAndWhatWasDropped() throws Exception {
        TunPair pair = TunPair.open();
        Bootstrap bootstrap = new Bootstrap().group(group).channel(TunChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        assertFalse(channel.isActive());
                    }
                });
        TunChannel channel = (TunChannel) bootstrap.bind(pair.first()).sync().channel();
        bootstrap.bind(pair.second()).sync();
        TunMetrics metrics = new TunMetrics(channel);
        metrics.bindTo(registry);

        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[100])).sync();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).await();

        assertEquals(1, registry.get("netty.tun.packets").tag("direction", "outbound").functionCounter().count());
        assertEquals(100, registry.get("netty.tun.bytes").tag("direction", "outbound").functionCounter().count());
        assertEquals(0, registry.get("netty.tun.packets").tag("direction", "inbound").functionCounter().count());
        assertEquals(1, registry.get("netty.tun.drops").tags("direction", "outbound", "reason", "PKT_TOO_SMALL")
                .functionCounter().count());
        metrics.close();
        assertEquals(List.<Meter>of(), registry.getMeters());
    }

    @Test
    void aChannelThatIsNotBoundHasNoName() {
        TunChannel unbound = new TunChannel();
        assertThrows(IllegalStateException.class, () -> new TunMetrics(unbound));
    }
}
