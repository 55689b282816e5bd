package org.nettytun.examples.router;

import io.netty.buffer.ByteBuf;
import org.nettytun.examples.ip.EchoResponder;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.routing.RouteTable;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;

/** What becomes of one IPv4 packet, in the kernel's order of checks. Belongs to one event loop. */
final class Ipv4Forwarder {
    private final RouteTable<RouteTarget> routes;
    private final Port ingress;
    private final Outlets outlets;
    private final IcmpErrors errors;
    private final EchoResponder echo = new EchoResponder();
    private final Ipv4Header ip = new Ipv4Header();

    Ipv4Forwarder(RouteTable<RouteTarget> routes, Port ingress, Outlets outlets, IcmpErrors errors) {
        this.routes = routes;
        this.ingress = ingress;
        this.outlets = outlets;
        this.errors = errors;
    }

    /**
     * @param packet the only reference to it, for its header is changed in place
     * @return {@link DropReason#NONE}: the packet is on its way; otherwise it still is the caller's, to be dropped
     */
    DropReason forward(ByteBuf packet) {
        DropReason bad = ip.wrap(packet, packet.readerIndex()).check(packet.readableBytes());
        if (bad == DropReason.NONE) {
            bad = checkSource(ip.source());
        }
        if (bad != DropReason.NONE) {
            return bad;
        }
        packet.writerIndex(packet.readerIndex() + ip.totalLength());   // what hangs on behind is no part of the packet
        RouteTarget target = routes.lookup(ip.destination());
        if (target instanceof Port egress) {
            return egress == ingress ? backWhereItCameFrom(packet) : forward(packet, egress);
        }
        if (target instanceof RouteTarget.Refusal refusal) {
            return refusal.reason();
        }
        return target == null ? noRoute(packet) : answer(packet);
    }

    /** Senders that cannot be. Those of class E and of a subnet's broadcast are forwarded, as the kernel does. */
    private static DropReason checkSource(int source) {
        if (source >>> 24 == 0 || source >>> 28 == 0xe || source == -1) {
            return KernelDropReason.IP_INVALID_SOURCE;
        }
        return source >>> 24 == 127 ? KernelDropReason.IP_LOCALNET : DropReason.NONE;
    }

    private DropReason forward(ByteBuf packet, Port egress) {
        if (ip.timeToLive() <= 1) {
            errors.timeExceeded(ip, packet);
            return TunDropReason.TTL_EXPIRED;
        }
        int mtu = egress.mtu();
        if (ip.totalLength() > mtu) {
            if (ip.dontFragment()) {
                errors.tooBig(ip, packet, mtu);
            }
            return KernelDropReason.PKT_TOO_BIG;   // also without DF: this router does not fragment yet
        }
        ip.decrementTimeToLive();
        return outlets.send(egress, packet);
    }

    /** Before the TTL is looked at, as in the kernel: what has no route is told so even with TTL 1. */
    private DropReason noRoute(ByteBuf packet) {
        errors.noRoute(ip, packet);
        return KernelDropReason.IP_INNOROUTES;
    }

    /**
     * Over a link of two ends this would be a game of ping-pong until the hops ran out. Source: RFC 4443, section 3.1,
     * which forbids it; for IPv4 it is as bad.
     */
    private DropReason backWhereItCameFrom(ByteBuf packet) {
        errors.hostUnreachable(ip, packet);
        return TunDropReason.ROUTE_UNREACHABLE;
    }

    private DropReason answer(ByteBuf packet) {
        DropReason bad = echo.answer(ip, packet);
        if (bad != DropReason.NONE) {
            return bad;
        }
        return routes.lookup(ip.destination()) instanceof Port back ? outlets.send(back, packet)
                : KernelDropReason.IP_INNOROUTES;
    }
}
