package org.nettytun.metrics;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;

/** For channels on which nothing happens but writes. */
final class NoHandler extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
        // the pipeline's own ends are enough
    }
}
