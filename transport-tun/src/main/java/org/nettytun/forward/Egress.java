package org.nettytun.forward;

import io.netty.channel.Channel;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/**
 * The way out by one channel: straight, while it is writable; else a queue of as many packets as the kernel's own. The
 * queue belongs to the channel's loop. From other loops there is none but the channel's, bounded by its watermark.
 */
final class Egress {
    /** Packets; the kernel's {@code TUN_READQ_SIZE} is 500. */
    static final int LIMIT = 512;

    private final Channel channel;
    private final PacketBuf[] waiting = new PacketBuf[LIMIT];
    private int first;
    private int count;

    Egress(Channel channel) {
        this.channel = channel;
    }

    /**
     * Sends a packet with the next {@link #flush()}, or when the channel is writable.
     *
     * @return {@link DropReason#NONE}: the packet is gone; otherwise it still is the caller's: {@code QDISC_DROP}, the
     *         queue is full; {@code DEV_READY}, the device is gone
     */
    DropReason send(PacketBuf packet) {
        if (count > 0 || !channel.isWritable()) {
            return sendLater(packet);
        }
        channel.write(packet, channel.voidPromise());
        return DropReason.NONE;
    }

    private DropReason sendLater(PacketBuf packet) {
        if (!channel.isActive()) {
            return KernelDropReason.DEV_READY;
        }
        boolean owner = channel.eventLoop().inEventLoop();
        if (owner) {
            channel.flush();   // one batch of long packets may be more than the channel holds
            drain();
        }
        if (owner && count == 0 && channel.isWritable()) {
            channel.write(packet, channel.voidPromise());
        } else if (!owner || count == LIMIT) {
            return KernelDropReason.QDISC_DROP;
        } else {
            waiting[first + count++ & LIMIT - 1] = packet;
        }
        return DropReason.NONE;
    }

    /** Writes what waits, as far as the channel takes it. The channel's loop. */
    void drain() {
        boolean written = false;
        while (count > 0 && channel.isWritable()) {
            channel.write(take(), channel.voidPromise());
            written = true;
        }
        if (written) {
            channel.flush();
        }
    }

    void flush() {
        channel.flush();
    }

    /** The channel is closed. The channel's loop. */
    void purge() {
        while (count > 0) {
            take().drop(KernelDropReason.QUEUE_PURGE);
        }
    }

    private PacketBuf take() {
        PacketBuf packet = waiting[first];
        waiting[first] = null;
        first = first + 1 & LIMIT - 1;
        count--;
        return packet;
    }
}
