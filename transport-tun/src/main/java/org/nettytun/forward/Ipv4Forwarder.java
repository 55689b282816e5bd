package org.nettytun.forward;

import org.nettytun.buffer.PacketBuf;
import org.nettytun.offload.ChecksumCompletion;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv4Options;
import org.nettytun.packet.TcpHeader;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;

import java.util.function.Function;

/**
 * What becomes of one IPv4 packet, in the kernel's order of checks ({@code ip_rcv} to {@code ip_output}, v6.12).
 * Belongs to one event loop.
 */
final class Ipv4Forwarder {
    private static final int THIS_NETWORK = 0;
    private static final int LOOPBACK = 127;
    private static final int MULTICAST = 0xe;
    private static final int LIMITED_BROADCAST = -1;
    private static final int LINK_LOCAL = 0xa9fe;

    private final Forwarding router;
    private final Port ingress;
    private final Ipv4Output output;
    private final Ipv4Errors errors;
    private final Ipv4Fragments local;
    private final Ipv4Answer recorder;
    private final SuperPackets superPackets;
    private final Function<PacketBuf, DropReason> again = this::forward;
    private final Ipv4Header ip = new Ipv4Header();
    private final Ipv4Options options = new Ipv4Options();
    private final TcpHeader tcp = new TcpHeader();

    Ipv4Forwarder(Forwarding router, Port ingress, Ipv4Output output, Ipv4Errors errors, Ipv4Fragments local,
                  SuperPackets superPackets) {
        this.router = router;
        this.ingress = ingress;
        this.output = output;
        this.errors = errors;
        this.local = local;
        this.superPackets = superPackets;
        this.recorder = new Ipv4Answer(router);
    }

    /**
     * @param packet the only reference to it, for its header is changed in place
     * @return {@link DropReason#NONE}: the packet is on its way; otherwise it still is the caller's, to be dropped
     */
    DropReason forward(PacketBuf packet) {
        DropReason bad = ip.wrap(packet, packet.readerIndex()).check(packet.readableBytes());
        if (bad == DropReason.NONE) {
            bad = checkAddresses(ip.source(), ip.destination());
        }
        if (bad != DropReason.NONE) {
            return bad;
        }
        packet.writerIndex(packet.readerIndex() + ip.totalLength());   // what hangs on behind is no part of the packet
        Route route = router.routes().lookup(ip.destination());
        boolean hasOptions = ip.headerLength() > Ipv4Header.MIN_LENGTH;
        if (hasOptions && route != Route.Special.BROADCAST) {
            bad = checkOptions(packet);
            if (bad != DropReason.NONE) {
                return bad;
            }
        }
        if (route != Route.Special.LOCAL && isLinkLocal()) {
            return ip.source() >>> 16 == LINK_LOCAL ? KernelDropReason.IP_INVALID_SOURCE
                    : KernelDropReason.IP_INVALID_DEST;
        }
        if (route instanceof Route.Via via) {
            return forward(packet, via, hasOptions ? options : null);
        }
        if (route != Route.Special.LOCAL) {
            return refuse(packet, route, hasOptions ? options : null);
        }
        return SuperPackets.isOwing(packet) ? superPackets.settle(packet, again)
                : local.deliver(ip, packet, hasOptions ? options : null);
    }

    /** Martians, in silence. Class E and a subnet's broadcast address as source are forwarded, as in the kernel. */
    private DropReason checkAddresses(int source, int destination) {
        if (destination >>> 28 == MULTICAST) {
            return KernelDropReason.IP_INVALID_DEST;
        }
        if (source >>> 28 == MULTICAST || source == LIMITED_BROADCAST) {
            return KernelDropReason.IP_INVALID_SOURCE;
        }
        if (destination == LIMITED_BROADCAST || destination >>> 24 == THIS_NETWORK) {
            return KernelDropReason.IP_INVALID_DEST;
        }
        if (source >>> 24 == THIS_NETWORK) {
            return KernelDropReason.IP_INVALID_SOURCE;
        }
        if (destination >>> 24 == LOOPBACK || source >>> 24 == LOOPBACK) {
            return KernelDropReason.IP_LOCALNET;
        }
        return router.own().test(source) ? KernelDropReason.IP_LOCAL_SOURCE : DropReason.NONE;
    }

    /** May talk to us, but not through us. Source: RFC 3927, section 7. */
    private boolean isLinkLocal() {
        return ip.source() >>> 16 == LINK_LOCAL || ip.destination() >>> 16 == LINK_LOCAL;
    }

    private DropReason checkOptions(PacketBuf packet) {
        DropReason bad = options.check(ip, packet);
        if (bad != DropReason.NONE) {
            errors.send(IcmpError.BAD_FIELD, ip, packet, options, options.problemAt() - packet.readerIndex());
            return bad;
        }
        return options.isSourceRouted() ? TunDropReason.SOURCE_ROUTED : DropReason.NONE;
    }

    /** Before the TTL is looked at, as in the kernel: what has no route is told so even with TTL 1. */
    private DropReason refuse(PacketBuf packet, Route route, Ipv4Options present) {
        if (route == null) {
            errors.send(IcmpError.NO_ROUTE, ip, packet, present, 0);
            return KernelDropReason.IP_INNOROUTES;
        }
        return switch ((Route.Special) route) {
            case UNREACHABLE -> {
                errors.send(IcmpError.UNREACHABLE, ip, packet, present, 0);
                yield TunDropReason.ROUTE_UNREACHABLE;
            }
            case PROHIBIT -> {
                errors.send(IcmpError.PROHIBITED, ip, packet, present, 0);
                yield TunDropReason.ROUTE_PROHIBITED;
            }
            case BLACKHOLE -> TunDropReason.ROUTE_BLACKHOLE;
            case BROADCAST, LOCAL -> KernelDropReason.IP_INVALID_DEST;
        };
    }

    private DropReason forward(PacketBuf packet, Route.Via via, Ipv4Options present) {
        if (ip.timeToLive() <= 1) {
            errors.send(IcmpError.TIME_EXCEEDED, ip, packet, present, 0);
            return TunDropReason.TTL_EXPIRED;
        }
        int longest = superPackets.longest(packet, ip.totalLength());
        boolean fits = longest <= via.limit();
        if (longest == 0) {
            return KernelDropReason.DEV_HDR;
        }
        if (!fits && ip.dontFragment()) {
            errors.send(IcmpError.TOO_BIG, ip, packet, present, via.limit());
            return KernelDropReason.PKT_TOO_BIG;
        }
        if (!fits && SuperPackets.isOwing(packet)) {
            return superPackets.settle(packet, again);   // fragments owe nothing
        }
        clampSegments(packet, via.port());
        ip.decrementTimeToLive();
        if (present != null) {
            recorder.update(present, ip, router.sourceV4(via.port()), router.sourceV4(ingress));
        }
        return fits ? output.forward(via, packet) : output.send(via, ip, packet);
    }

    private void clampSegments(PacketBuf packet, Port egress) {
        int most = Math.min(ingress.segments().of(ingress, Ipv4Header.MIN_LENGTH),
                egress.segments().of(egress, Ipv4Header.MIN_LENGTH));
        if (most != Integer.MAX_VALUE && ip.protocol() == IpProtocol.TCP && ip.fragmentOffset() == 0
                && tcp.wrap(packet, ip.payloadAt()).check(ip.payloadLength()) == DropReason.NONE
                && tcp.has(TcpHeader.SYN) && ChecksumCompletion.complete(packet) == DropReason.NONE) {
            tcp.clampMaximumSegmentSize(most);
        }
    }
}
