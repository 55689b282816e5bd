package org.nettytun.examples.tunnel;

import io.netty.channel.Channel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.util.concurrent.Future;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.linux.Errno;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;

/** The way out to the peer, with a queue of so many datagrams. Belongs to the tunnel's event loop. */
final class UdpOutlet {
    private final Channel udp;
    private final InetSocketAddress peer;
    private final TunStats stats;
    private final int most;
    private final FlushSoon flush;
    private int waiting;

    /** @param most datagrams that may wait for the socket */
    UdpOutlet(Channel udp, InetSocketAddress peer, TunStats stats, int most) {
        this.udp = udp;
        this.peer = peer;
        this.stats = stats;
        this.most = most;
        this.flush = new FlushSoon(udp);
    }

    /** Takes it over. Beyond the queue, while the socket takes nothing, it is dropped where it was read. */
    void send(PacketBuf datagram) {
        if (waiting == most) {
            udp.flush();   // what was written in this pass may have filled it
        }
        if (waiting == most) {
            datagram.drop(KernelDropReason.QDISC_DROP);
            return;
        }
        waiting++;
        int length = datagram.readableBytes();
        stats.count(Term.ACCEPTED, length);
        stats.count(Term.PENDING, length);
        udp.write(new DatagramPacket(datagram, peer)).addListener(done -> sent(done, length));
        flush.ask();
    }

    private void sent(Future<?> done, int length) {
        waiting--;
        stats.uncount(Term.PENDING, length);
        if (done.isSuccess()) {
            stats.count(Term.SENT, length);
        } else if (done.cause() instanceof ClosedChannelException) {
            stats.drop(Direction.OUTBOUND, KernelDropReason.QUEUE_PURGE, length);
            stats.count(Term.PURGED, length);
        } else {
            stats.drop(Direction.OUTBOUND, reason(done.cause()), length);
            stats.count(Term.REFUSED, length);
        }
    }

    private static DropReason reason(Throwable cause) {
        return switch (cause instanceof NativeIoException refusal ? -refusal.expectedErr() : 0) {
            case Errno.EMSGSIZE -> KernelDropReason.PKT_TOO_BIG;
            case Errno.ENOMEM, Errno.ENOBUFS -> KernelDropReason.NOMEM;
            case Errno.ENETUNREACH, Errno.EHOSTUNREACH -> KernelDropReason.IP_INNOROUTES;
            case Errno.ENETDOWN -> KernelDropReason.DEV_READY;
            default -> KernelDropReason.NOT_SPECIFIED;
        };
    }
}
