package org.nettytun.examples.tunnel;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import java.util.function.Consumer;

/** At the device: what the kernel routes to it goes to the peer, behind a header in its own headroom. */
final class Encapsulator extends SimpleChannelInboundHandler<PacketBuf> {
    private final TunnelPlan plan;
    private final Sealing sealing;
    private final Consumer<PacketBuf> out;
    private final Consumer<String> log;
    private final Session session;
    private final InnerPacket inner = new InnerPacket();
    private final TunnelHeader header = new TunnelHeader();

    /** @param out takes datagrams over */
    Encapsulator(TunnelPlan plan, Sealing sealing, Consumer<PacketBuf> out, Consumer<String> log) {
        super(PacketBuf.class, false);
        this.plan = plan;
        this.sealing = sealing;
        this.out = out;
        this.log = log;
        this.session = new Session(plan.isSealed());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, PacketBuf packet) {
        // Longer than the device's MTU was when we set it: somebody has raised it.
        DropReason bad = packet.readableBytes() > plan.mtu() ? KernelDropReason.PKT_TOO_BIG : inner.check(packet);
        if (bad != DropReason.NONE) {
            packet.drop(bad);
            return;
        }
        int flow = inner.flow(packet);
        session.number(header.wrap(packet.push(TunnelHeader.length(plan.isSealed()))), flow);
        sealing.seal(packet, flow, out);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.accept(cause.toString());
    }
}
