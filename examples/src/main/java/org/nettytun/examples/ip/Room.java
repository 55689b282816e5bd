package org.nettytun.examples.ip;

import io.netty.channel.Channel;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/** Whether a channel takes one more packet. */
public final class Room {
    private Room() {
    }

    /** {@link DropReason#NONE}, or {@code QDISC_DROP}: the queue is full; {@code DEV_READY}: the device is gone. */
    public static DropReason in(Channel channel) {
        if (!channel.isWritable()) {
            if (!channel.isActive()) {
                return KernelDropReason.DEV_READY;
            }
            channel.flush();   // one batch of long packets may be more than the queue holds
            if (!channel.isWritable()) {
                return KernelDropReason.QDISC_DROP;
            }
        }
        return DropReason.NONE;
    }
}
