package org.nettytun.examples.router;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.channel.TunLinkEvent;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;

/** The whole router, at one queue of one interface. Belongs to that queue's event loop. */
final class RouterHandler extends ChannelInboundHandlerAdapter {
    private final RouterCore core;
    private final Port port;
    private final int queue;

    private Outlets outlets;
    private Ipv4Forwarder ipv4;
    private Ipv6Forwarder ipv6;

    RouterHandler(RouterCore core, Port port, int queue) {
        this.core = core;
        this.port = port;
        this.queue = queue;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        outlets = new Outlets(core.ports(), queue);
        IcmpErrors errors = new IcmpErrors(core, port, outlets, ctx.alloc());
        ipv4 = new Ipv4Forwarder(core.routes(), port, outlets, errors);
        ipv6 = new Ipv6Forwarder(core.routes(), port, outlets, errors);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        PacketBuf packet = (PacketBuf) message;
        if (packet.refCnt() == 1) {
            DropReason reason = forward(packet);
            if (reason != DropReason.NONE) {
                packet.drop(reason);
            }
            return;
        }
        // Somebody before us kept it, and shared packets are not written to.
        PacketBuf copy = PacketBuf.build(packet.copy(), core.icmpCounters().ledger());
        core.icmpCounters().ledger().count(Term.COPIED, packet.readableBytes());
        DropReason reason = forward(copy);
        if (reason == DropReason.NONE) {
            packet.consume();
        } else {
            copy.consume();
            packet.drop(reason);
        }
    }

    private DropReason forward(ByteBuf packet) {
        if (!packet.isReadable()) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        return switch (packet.getUnsignedByte(packet.readerIndex()) >>> 4) {
            case Ipv4Header.VERSION -> ipv4.forward(packet);
            case Ipv6Header.VERSION -> ipv6.forward(packet);
            default -> KernelDropReason.INVALID_PROTO;
        };
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        outlets.flush();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof TunLinkEvent link) {
            port.mtu(link.mtu());
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        core.log().accept(port.name() + ": " + cause);
    }
}
