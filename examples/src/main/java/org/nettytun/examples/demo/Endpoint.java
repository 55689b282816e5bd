package org.nettytun.examples.demo;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.channel.TunGoneException;
import org.nettytun.examples.ip.EchoResponder;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.packet.UdpHeader;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/**
 * What stands behind a pair in the place of a kernel: answers pings, takes the answers to its own, and counts numbered
 * datagrams whose checksum is right. Belongs to one event loop, as do its counters.
 */
final class Endpoint extends SimpleChannelInboundHandler<PacketBuf> {
    private final EchoResponder responder = new EchoResponder();
    private final Ipv4Header ipv4 = new Ipv4Header();
    private final Ipv6Header ipv6 = new Ipv6Header();
    private final IcmpHeader icmp = new IcmpHeader();
    private final UdpHeader udp = new UdpHeader();
    private Rtts rtts = new Rtts();
    private long datagrams;
    private Runnable onBatch = () -> { };

    Endpoint() {
        super(PacketBuf.class, false);
    }

    /** Round trips of the pings since the last {@link #reset()}. */
    Rtts rtts() {
        return rtts;
    }

    /** Datagrams since the last {@link #reset()}. */
    long datagrams() {
        return datagrams;
    }

    /** Has {@code listener} called after each batch of packets that came. */
    void onBatch(Runnable listener) {
        onBatch = listener;
    }

    void reset() {
        rtts = new Rtts();
        datagrams = 0;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, PacketBuf packet) {
        DropReason reason = packet.getUnsignedByte(packet.readerIndex()) >>> 4 == Ipv4Header.VERSION
                ? readV4(ctx, packet) : readV6(ctx, packet);
        if (reason != DropReason.NONE) {
            packet.drop(reason);
        }
    }

    private DropReason readV4(ChannelHandlerContext ctx, PacketBuf packet) {
        DropReason bad = ipv4.wrap(packet, packet.readerIndex()).check(packet.readableBytes());
        if (bad != DropReason.NONE) {
            return bad;
        }
        if (ipv4.protocol() == IpProtocol.UDP && udp.wrap(packet, ipv4.payloadAt()).check(ipv4.payloadLength())
                == DropReason.NONE && udp.checksumValid(ipv4)) {
            return counted(packet);
        }
        if (ipv4.protocol() == IpProtocol.ICMP && isReply(packet, ipv4.payloadAt(), ipv4.payloadLength(),
                IcmpHeader.ECHO_REPLY_V4)) {
            return replied(packet, ipv4.payloadAt());
        }
        return answered(ctx, packet, responder.answer(ipv4, packet));
    }

    private DropReason readV6(ChannelHandlerContext ctx, PacketBuf packet) {
        DropReason bad = ipv6.wrap(packet, packet.readerIndex()).check(packet.readableBytes());
        if (bad != DropReason.NONE) {
            return bad;
        }
        if (ipv6.nextHeader() == IpProtocol.UDP && udp.wrap(packet, ipv6.payloadAt()).check(ipv6.payloadLength())
                == DropReason.NONE && udp.checksumValid(ipv6)) {
            return counted(packet);
        }
        if (ipv6.nextHeader() == IpProtocol.ICMPV6 && isReply(packet, ipv6.payloadAt(), ipv6.payloadLength(),
                IcmpHeader.ECHO_REPLY_V6)) {
            return replied(packet, ipv6.payloadAt());
        }
        return answered(ctx, packet, responder.answer(ipv6, packet));
    }

    private boolean isReply(ByteBuf packet, int at, int length, int type) {
        return length >= IcmpHeader.LENGTH + Long.BYTES && icmp.wrap(packet, at).type() == type;
    }

    private DropReason replied(PacketBuf packet, int at) {
        rtts.add(System.nanoTime() - packet.getLong(at + IcmpHeader.LENGTH));
        packet.consume();
        return DropReason.NONE;
    }

    private DropReason counted(PacketBuf packet) {
        datagrams++;
        packet.consume();
        return DropReason.NONE;
    }

    private static DropReason answered(ChannelHandlerContext ctx, PacketBuf packet, DropReason bad) {
        if (bad != DropReason.NONE) {
            return bad;
        }
        if (!ctx.channel().isWritable()) {
            return KernelDropReason.QDISC_DROP;
        }
        ctx.write(packet, ctx.voidPromise());
        return DropReason.NONE;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
        onBatch.run();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof TunGoneException) {
            ctx.close();   // the router went first
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }
}
