package org.nettytun.channel;

import java.nio.channels.ClosedChannelException;

/**
 * How a bound channel ends without being told to: the device was deleted, or a pair's peer has closed. The event loop's
 * thread only.
 */
final class Ending {
    private final TunChannel channel;
    /** A pair's peer has closed, and what it sent is still to be read. */
    private boolean hungUp;
    private boolean gone;
    private TunGoneException cause;

    Ending(TunChannel channel) {
        this.channel = channel;
    }

    boolean isGone() {
        return gone;
    }

    /** What a write fails with that the close has left undone. */
    Throwable failure() {
        return cause == null ? new ClosedChannelException() : cause;
    }

    /** The device or the peer is gone, and so are we; but what the peer sent is first read, when somebody reads. */
    void noticed(String sign) {
        if (!channel.device().hasUnread()) {
            gone(sign);
        } else if (!hungUp) {
            hungUp = true;
            channel.stopWaitingToWrite();
        }
    }

    /** The device or the peer is gone. Fired after the batch in which it was noticed. */
    void gone(String sign) {
        if (gone || !channel.isOpen()) {
            return;
        }
        gone = true;
        channel.wantNothing();
        cause = new TunGoneException(String.valueOf(channel.localAddress()), sign);
        channel.eventLoop().execute(() -> {
            if (channel.isOpen()) {
                channel.pipeline().fireExceptionCaught(cause);
                channel.close(cause);
            }
        });
    }
}
