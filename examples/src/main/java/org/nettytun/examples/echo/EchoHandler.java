package org.nettytun.examples.echo;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.examples.ip.EchoResponder;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import java.util.function.Consumer;

/** Answers each echo request that comes, whomever it is for: the routes decide that. Belongs to one event loop. */
public final class EchoHandler extends SimpleChannelInboundHandler<PacketBuf> {
    private final EchoResponder responder = new EchoResponder();
    private final Ipv4Header ipv4 = new Ipv4Header();
    private final Ipv6Header ipv6 = new Ipv6Header();
    private final Consumer<String> log;

    /** @param log takes sentences for the user */
    public EchoHandler(Consumer<String> log) {
        super(PacketBuf.class, false);
        this.log = log;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, PacketBuf packet) {
        DropReason reason = packet.refCnt() == 1 ? answer(packet) : KernelDropReason.NOT_SPECIFIED;
        if (reason != DropReason.NONE) {
            packet.drop(reason);
        } else if (ctx.channel().isWritable()) {
            ctx.write(packet, ctx.voidPromise());
        } else {
            packet.drop(KernelDropReason.QDISC_DROP);
        }
    }

    private DropReason answer(ByteBuf packet) {
        if (!packet.isReadable()) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        DropReason bad;
        switch (packet.getUnsignedByte(packet.readerIndex()) >>> 4) {
            case Ipv4Header.VERSION -> {
                bad = ipv4.wrap(packet, packet.readerIndex()).check(packet.readableBytes());
                if (bad == DropReason.NONE) {
                    bad = isMulticastV4(ipv4.destination()) ? KernelDropReason.IP_INVALID_DEST
                            : responder.answer(ipv4, packet);
                }
            }
            case Ipv6Header.VERSION -> {
                bad = ipv6.wrap(packet, packet.readerIndex()).check(packet.readableBytes());
                if (bad == DropReason.NONE) {
                    bad = ipv6.destinationHigh() >>> 56 == 0xff ? KernelDropReason.IP_INVALID_DEST
                            : responder.answer(ipv6, packet);
                }
            }
            default -> bad = KernelDropReason.INVALID_PROTO;
        }
        return bad;
    }

    private static boolean isMulticastV4(int address) {
        return address >>> 28 == 0xe || address == -1;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.accept(cause.toString());
    }
}
