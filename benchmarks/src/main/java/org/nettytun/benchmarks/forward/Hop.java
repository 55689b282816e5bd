package org.nettytun.benchmarks.forward;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.channel.TunChannel;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;

/** Everything to the other device, one hop fewer: the rule of {@code forwarder.c}. Belongs to one event loop. */
final class Hop extends ChannelInboundHandlerAdapter {
    private final Ipv4Header ip = new Ipv4Header();
    private TunChannel other;

    /** Must be told before the first packet. */
    void other(TunChannel channel) {
        other = channel;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        PacketBuf packet = (PacketBuf) message;
        DropReason reason = forward(packet);
        if (reason != DropReason.NONE) {
            packet.drop(reason);
        }
    }

    private DropReason forward(PacketBuf packet) {
        DropReason bad = ip.wrap(packet, packet.readerIndex()).check(packet.readableBytes());
        if (bad != DropReason.NONE) {
            return bad;
        }
        if (ip.timeToLive() <= 1) {
            return TunDropReason.TTL_EXPIRED;
        }
        if (!other.isWritable()) {
            other.flush();
            if (!other.isWritable()) {
                return KernelDropReason.QDISC_DROP;
            }
        }
        ip.decrementTimeToLive();
        other.write(packet, other.voidPromise());
        return DropReason.NONE;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        other.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        cause.printStackTrace();
        Runtime.getRuntime().halt(1);
    }
}
