package org.nettytun.forward;

import org.nettytun.buffer.PacketBuf;
import org.nettytun.offload.ChecksumCompletion;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.packet.Ipv6Options;
import org.nettytun.packet.TcpHeader;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;

import java.util.function.Function;

/**
 * What becomes of one IPv6 packet, in the kernel's order of checks ({@code ipv6_rcv} to {@code ip6_forward}, v6.12).
 * Belongs to one event loop. In transit no extension header is looked at but the hop-by-hop options.
 */
final class Ipv6Forwarder {
    private static final int MULTICAST = 0xff;
    private static final int INTERFACE_LOCAL = 1;
    private static final int LINK_LOCAL = 0xfe80 >>> 6;

    private final Forwarding router;
    private final Port ingress;
    private final Ipv6Output output;
    private final Ipv6Errors errors;
    private final Ipv6Input local;
    private final SuperPackets superPackets;
    private final Function<PacketBuf, DropReason> again = this::forward;
    private final Ipv6Header ip = new Ipv6Header();
    private final Ipv6Options options = new Ipv6Options();
    private final TcpHeader tcp = new TcpHeader();

    Ipv6Forwarder(Forwarding router, Port ingress, Ipv6Output output, Ipv6Errors errors, Ipv6Input local,
                  SuperPackets superPackets) {
        this.router = router;
        this.ingress = ingress;
        this.output = output;
        this.errors = errors;
        this.local = local;
        this.superPackets = superPackets;
    }

    /**
     * @param packet the only reference to it, for its header is changed in place
     * @return {@link DropReason#NONE}: the packet is on its way; otherwise it still is the caller's, to be dropped
     */
    DropReason forward(PacketBuf packet) {
        DropReason bad = ip.wrap(packet, packet.readerIndex()).check(packet.readableBytes());
        if (bad == DropReason.NONE) {
            bad = checkAddresses();
        }
        if (bad != DropReason.NONE) {
            return bad;
        }
        packet.writerIndex(packet.readerIndex() + ip.totalLength());   // what hangs on behind is no part of the packet
        boolean group = isMulticast(ip.destinationHigh());
        if (ip.nextHeader() == IpProtocol.HOP_BY_HOP) {
            bad = options.check(packet, ip.payloadAt(), ip.payloadLength(), group);
            if (options.problemAt() >= 0) {
                errors.send(IcmpError.UNKNOWN_OPTION, ip, packet, options.problemAt() - packet.readerIndex());
            }
        }
        if (bad != DropReason.NONE || group) {
            return bad != DropReason.NONE ? bad : KernelDropReason.IP_INVALID_DEST;
        }
        Route route = router.routes().lookup(ip.destinationHigh(), ip.destinationLow());
        if (isLinkLocal(ip.destinationHigh()) && route != Route.Special.LOCAL) {   // RFC 4291, section 2.5.6
            return KernelDropReason.IP_INVALID_DEST;
        }
        if (route instanceof Route.Via via) {
            return forward(packet, via);
        }
        if (route != Route.Special.LOCAL) {
            return refuse(packet, route);
        }
        return SuperPackets.isOwing(packet) ? superPackets.settle(packet, again) : local.deliver(ip, packet);
    }

    private DropReason checkAddresses() {
        if (isLoopback(ip.sourceHigh(), ip.sourceLow()) || isLoopback(ip.destinationHigh(), ip.destinationLow())) {
            return KernelDropReason.IP_LOCALNET;
        }
        if (isMulticast(ip.destinationHigh()) && (ip.destinationHigh() >>> 48 & 0xf) <= INTERFACE_LOCAL) {
            return KernelDropReason.IP_INVALID_DEST;
        }
        return isMulticast(ip.sourceHigh()) ? KernelDropReason.IP_INVALID_SOURCE : DropReason.NONE;
    }

    private static boolean isLoopback(long high, long low) {
        return high == 0 && low == 1;
    }

    private static boolean isMulticast(long high) {
        return high >>> 56 == MULTICAST;
    }

    private static boolean isLinkLocal(long high) {
        return high >>> 54 == LINK_LOCAL;
    }

    /** Before the hop limit is looked at, as in the kernel. */
    private DropReason refuse(PacketBuf packet, Route route) {
        if (route == null) {
            errors.send(IcmpError.NO_ROUTE, ip, packet, 0);
            return KernelDropReason.IP_INNOROUTES;
        }
        return switch ((Route.Special) route) {
            case UNREACHABLE -> {
                errors.send(IcmpError.UNREACHABLE, ip, packet, 0);
                yield TunDropReason.ROUTE_UNREACHABLE;
            }
            case PROHIBIT -> {
                errors.send(IcmpError.PROHIBITED, ip, packet, 0);
                yield TunDropReason.ROUTE_PROHIBITED;
            }
            case BLACKHOLE -> TunDropReason.ROUTE_BLACKHOLE;
            case BROADCAST, LOCAL -> KernelDropReason.IP_INVALID_DEST;
        };
    }

    private DropReason forward(PacketBuf packet, Route.Via via) {
        if (ip.destinationHigh() == 0 && ip.destinationLow() == 0) {   // a default route leads there, and nowhere
            errors.send(IcmpError.NO_ROUTE, ip, packet, 0);
            return KernelDropReason.IP_INVALID_DEST;
        }
        if (ip.hopLimit() <= 1) {
            errors.send(IcmpError.TIME_EXCEEDED, ip, packet, 0);
            return TunDropReason.TTL_EXPIRED;
        }
        DropReason bad = checkScope(packet, via);
        if (bad != DropReason.NONE) {
            return bad;
        }
        int mtu = Ipv6Output.limit(via);
        int longest = superPackets.longest(packet, ip.totalLength());
        if (longest == 0) {
            return KernelDropReason.DEV_HDR;
        }
        if (longest > mtu) {
            errors.send(IcmpError.TOO_BIG, ip, packet, mtu);
            return KernelDropReason.PKT_TOO_BIG;
        }
        clampSegments(packet, via.port());
        ip.decrementHopLimit();
        return output.forward(via, packet);
    }

    /** What may talk to us, but not through us. Source: RFC 4291, sections 2.5.2 and 2.5.6. */
    private DropReason checkScope(PacketBuf packet, Route.Via via) {
        if (isLinkLocal(ip.sourceHigh())) {
            errors.send(IcmpError.BEYOND_SCOPE, ip, packet, 0);
            return KernelDropReason.IP_INVALID_SOURCE;
        }
        if (ip.sourceHigh() == 0 && ip.sourceLow() == 0) {
            return KernelDropReason.IP_INVALID_SOURCE;
        }
        if (via.connected() && via.port() == ingress) {   // else ping-pong until the hops run out: RFC 4443, 3.1
            errors.send(IcmpError.ADDRESS_UNREACHABLE, ip, packet, 0);
            return TunDropReason.ROUTE_UNREACHABLE;
        }
        return DropReason.NONE;
    }

    /** Behind extension headers nobody looks: connections are opened without. */
    private void clampSegments(PacketBuf packet, Port egress) {
        int most = Math.min(ingress.segments().of(ingress, Ipv6Header.LENGTH),
                egress.segments().of(egress, Ipv6Header.LENGTH));
        if (most != Integer.MAX_VALUE && ip.nextHeader() == IpProtocol.TCP
                && tcp.wrap(packet, ip.payloadAt()).check(ip.payloadLength()) == DropReason.NONE
                && tcp.has(TcpHeader.SYN) && ChecksumCompletion.complete(packet) == DropReason.NONE) {
            tcp.clampMaximumSegmentSize(most);
        }
    }
}
