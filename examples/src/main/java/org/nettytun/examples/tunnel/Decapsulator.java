package org.nettytun.examples.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

import java.util.function.Consumer;

/** At the socket: what comes from the peer, and is what we expect of it, goes to the kernel. */
final class Decapsulator extends SimpleChannelInboundHandler<DatagramPacket> {
    private final TunnelPlan plan;
    private final Sealing sealing;
    private final TunStats stats;
    private final ReplayWindow window;
    private final Consumer<PacketBuf> out;
    private final Consumer<String> log;
    private final Consumer<PacketBuf> opened = this::opened;
    private final InnerPacket inner = new InnerPacket();
    private final TunnelHeader header = new TunnelHeader();

    /**
     * @param stats of datagrams
     * @param out   takes packets over
     */
    Decapsulator(TunnelPlan plan, Sealing sealing, TunStats stats, ReplayWindow window, Consumer<PacketBuf> out,
                 Consumer<String> log) {
        super(DatagramPacket.class, false);
        this.plan = plan;
        this.sealing = sealing;
        this.stats = stats;
        this.window = window;
        this.out = out;
        this.log = log;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket message) {
        PacketBuf datagram = packet(message.content());
        stats.count(Term.READ, datagram.readableBytes());
        stats.count(Term.DELIVERED, datagram.readableBytes());
        DropReason bad = check(message, datagram);
        if (bad == DropReason.NONE) {
            sealing.open(datagram, header.flow(), opened);
        } else {
            datagram.drop(bad);
        }
    }

    /** The slot itself, which the message shows a part of, without that view; memory of others gets a head. */
    private PacketBuf packet(ByteBuf content) {
        PacketBuf slot = PacketBuf.of(content);
        return slot == null ? PacketBuf.build(content, stats) : slot.readFrom(stats);
    }

    private DropReason check(DatagramPacket message, PacketBuf datagram) {
        if (!plan.peer().equals(message.sender())) {
            return TunnelDropReason.UNKNOWN_SENDER;
        }
        if (datagram.readableBytes() > plan.longestDatagram()) {
            return KernelDropReason.PKT_TOO_BIG;
        }
        return header.wrap(datagram).check(plan.isSealed());
    }

    /** On the event loop again, once it is known to be the peer's if that can be known. */
    private void opened(PacketBuf packet) {
        header.wrap(packet);
        if (!window.accept(header.session(), header.epoch(), header.sequence())) {
            packet.drop(TunnelDropReason.REPLAYED);
            return;
        }
        packet.skipBytes(TunnelHeader.length(plan.isSealed()));
        DropReason bad = inner.check(packet);
        if (bad == DropReason.NONE) {
            out.accept(packet);
        } else {
            packet.drop(bad);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.accept(cause.toString());
    }
}
