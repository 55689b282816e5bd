package org.nettytun.examples.tunnel;

import io.netty.channel.Channel;

/** Flushes a channel behind all that its event loop is doing now: once for many packets. Belongs to that loop. */
final class FlushSoon implements Runnable {
    private final Channel channel;
    private boolean asked;

    FlushSoon(Channel channel) {
        this.channel = channel;
    }

    void ask() {
        if (!asked) {
            asked = true;
            channel.eventLoop().execute(this);
        }
    }

    @Override
    public void run() {
        asked = false;
        channel.flush();
    }
}
