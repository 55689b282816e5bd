package org.nettytun.examples.router;

import io.netty.buffer.ByteBuf;
import org.nettytun.examples.ip.EchoResponder;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.routing.RouteTable;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;

/**
 * What becomes of one IPv6 packet, in the kernel's order of checks. Belongs to one event loop. Extension headers
 * are not looked at in transit, hop-by-hop options neither: RFC 8200, section 4 leaves that to the router.
 */
final class Ipv6Forwarder {
    private final RouteTable<RouteTarget> routes;
    private final Port ingress;
    private final Outlets outlets;
    private final IcmpErrors errors;
    private final EchoResponder echo = new EchoResponder();
    private final Ipv6Header ip = new Ipv6Header();

    Ipv6Forwarder(RouteTable<RouteTarget> routes, Port ingress, Outlets outlets, IcmpErrors errors) {
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
        if (bad != DropReason.NONE) {
            return bad;
        }
        if (isMulticast(ip.sourceHigh()) || ip.sourceHigh() == 0 && ip.sourceLow() == 1) {
            return KernelDropReason.IP_INVALID_SOURCE;
        }
        packet.writerIndex(packet.readerIndex() + ip.totalLength());   // what hangs on behind is no part of the packet
        RouteTarget target = routes.lookup(ip.destinationHigh(), ip.destinationLow());
        if (target instanceof Port egress) {
            return egress == ingress ? backWhereItCameFrom(packet) : forward(packet, egress);
        }
        if (target instanceof RouteTarget.Refusal refusal) {
            return refusal.reason();
        }
        return target == null ? noRoute(packet) : answer(packet);
    }

    private static boolean isMulticast(long high) {
        return high >>> 56 == 0xff;
    }

    /** Senders that may talk to us, but not through us. The kernel tells a link-local one so (1/2); we do not yet. */
    private static boolean staysOnLink(long high, long low) {
        return high >>> 54 == 0xfe80 >>> 6 || high == 0 && low == 0;
    }

    private DropReason forward(ByteBuf packet, Port egress) {
        if (ip.hopLimit() <= 1) {
            errors.timeExceeded(ip, packet);
            return TunDropReason.TTL_EXPIRED;
        }
        if (staysOnLink(ip.sourceHigh(), ip.sourceLow())) {
            return KernelDropReason.IP_INVALID_SOURCE;
        }
        int mtu = egress.mtu();
        if (ip.totalLength() > mtu) {
            errors.tooBig(ip, packet, mtu);
            return KernelDropReason.PKT_TOO_BIG;
        }
        ip.decrementHopLimit();
        return outlets.send(egress, packet);
    }

    /** Before the hop limit is looked at, as in the kernel. */
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
        return routes.lookup(ip.destinationHigh(), ip.destinationLow()) instanceof Port back
                ? outlets.send(back, packet) : KernelDropReason.IP_INNOROUTES;
    }
}
