package org.nettytun.examples.tunnel;

import io.netty.channel.Channel;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.examples.ip.Room;
import org.nettytun.stats.DropReason;

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
        DropReason full = Room.in(tun);
        if (full != DropReason.NONE) {
            packet.drop(full);
            return;
        }
        tun.write(packet, tun.voidPromise());   // what the kernel refuses, the channel counts
        flush.ask();
    }
}
