package org.nettytun.examples.tunnel;

import io.netty.channel.Channel;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/** The way out to the kernel. Belongs to the tunnel's event loop. */
final class TunOutlet {
    private final Channel tun;
    private final FlushSoon flush;

    TunOutlet(Channel tun) {
        this.tun = tun;
        this.flush = new FlushSoon(tun);
    }

    /** Takes it over. */
    void send(PacketBuf packet) {
        DropReason full = room();
        if (full != DropReason.NONE) {
            packet.drop(full);
            return;
        }
        tun.write(packet, tun.voidPromise());   // what the kernel refuses, the channel counts
        flush.ask();
    }

    /** {@link DropReason#NONE}, or {@code QDISC_DROP}: the queue is full; {@code DEV_READY}: the device is gone. */
    private DropReason room() {
        if (tun.isWritable()) {
            return DropReason.NONE;
        }
        if (!tun.isActive()) {
            return KernelDropReason.DEV_READY;
        }
        tun.flush();   // one batch of long packets may be more than the queue holds
        return tun.isWritable() ? DropReason.NONE : KernelDropReason.QDISC_DROP;
    }
}
