package org.nettytun.examples.router;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.nettytun.examples.ip.Room;
import org.nettytun.stats.DropReason;

import java.util.List;

/**
 * The ways out, as seen from one ingress queue. Belongs to that queue's event loop; the channels may be on others: then
 * Netty hands each write and flush over, in order.
 */
final class Outlets {
    private final Channel[] channels;
    private final boolean[] written;

    /** @param queue the ingress queue's index: its flows leave by the queue of that index, so that none overtakes */
    Outlets(List<Port> ports, int queue) {
        channels = new Channel[ports.size()];
        written = new boolean[ports.size()];
        for (Port port : ports) {
            channels[port.index()] = port.queues().get(queue % port.queues().size());
        }
    }

    /**
     * Sends a packet with the next {@link #flush()}.
     *
     * @return {@link DropReason#NONE}: the packet belongs to the channel now; otherwise it still is the caller's:
     *         {@code QDISC_DROP}, the queue is full, {@code DEV_READY}, the device is gone
     */
    DropReason send(Port port, ByteBuf packet) {
        Channel channel = channels[port.index()];
        DropReason full = Room.in(channel);
        if (full != DropReason.NONE) {
            return full;
        }
        written[port.index()] = true;
        channel.write(packet, channel.voidPromise());
        return DropReason.NONE;
    }

    /** Flushes each channel that got something since the last time. */
    void flush() {
        for (int i = 0; i < written.length; i++) {
            if (written[i]) {
                written[i] = false;
                channels[i].flush();
            }
        }
    }
}
