package org.nettytun.forward;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunLinkEvent;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunStats;

import java.util.concurrent.TimeUnit;

/** The whole router, at one queue of one port. Belongs to that queue's event loop; one for each channel. */
public final class ForwardingHandler extends ChannelInboundHandlerAdapter {
    private final Forwarding router;
    private final Port port;
    private final int queue;
    private Forwarder forwarder;
    private boolean expiring;

    /**
     * @param router what it shares with the other queues
     * @param port   the port whose channel this is
     * @param queue  the channel's index among the port's queues
     */
    public ForwardingHandler(Forwarding router, Port port, int queue) {
        this.router = router;
        this.port = port;
        this.queue = queue;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        TunStats ledger = ctx.channel() instanceof TunChannel tun ? tun.stats() : TunStats.ofQueue();
        forwarder = new Forwarder(router, port, queue, ctx.alloc(), ledger);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        port.egress(queue).purge();
        forwarder.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        PacketBuf packet = (PacketBuf) message;
        DropReason reason = packet.isUnshared() ? forwarder.forward(packet) : forwardCopy(packet);
        if (reason != DropReason.NONE) {
            packet.drop(reason);
        }
    }

    /** Somebody before us kept it, and shared packets are not written to. */
    private DropReason forwardCopy(PacketBuf packet) {
        PacketBuf copy = forwarder.copy(packet);
        if (copy == null) {
            return KernelDropReason.NOMEM;
        }
        DropReason reason = forwarder.forward(copy);
        (reason == DropReason.NONE ? packet : copy).consume();
        return reason;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        forwarder.flush();
        if (!expiring && forwarder.waits()) {
            expireLater(ctx);
        }
    }

    private void expireLater(ChannelHandlerContext ctx) {
        expiring = true;
        ctx.executor().schedule(() -> {
            expiring = false;
            forwarder.expire(System.nanoTime());
            forwarder.flush();
            if (forwarder.waits()) {
                expireLater(ctx);
            }
        }, 1, TimeUnit.SECONDS);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        port.egress(queue).drain();
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        port.egress(queue).purge();
        forwarder.close();
        ctx.fireChannelInactive();
    }

    /** The MTU may have changed. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof TunLinkEvent link) {
            port.mtu(link.mtu());
        }
        ctx.fireUserEventTriggered(event);
    }
}
