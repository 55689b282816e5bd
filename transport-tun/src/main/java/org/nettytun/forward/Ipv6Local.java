package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.packet.TcpHeader;
import org.nettytun.packet.UdpHeader;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;

/**
 * Answers IPv6 packets to the router's own addresses: pings of any size; to all else, that nobody is there. Belongs to
 * one event loop.
 */
final class Ipv6Local {
    private static final int NOT_ECN = 0xfc;

    private final Forwarding router;
    private final Port ingress;
    private final Ipv6Output output;
    private final Ipv6Errors errors;
    private final Packets packets;
    private final Ipv6Header reply = new Ipv6Header();
    private final IcmpHeader icmp = new IcmpHeader();
    private final UdpHeader udp = new UdpHeader();
    private final TcpHeader tcp = new TcpHeader();
    private final TcpReset reset = new TcpReset();

    Ipv6Local(Forwarding router, Port ingress, Ipv6Output output, Ipv6Errors errors, Packets packets) {
        this.router = router;
        this.ingress = ingress;
        this.output = output;
        this.errors = errors;
        this.packets = packets;
    }

    /**
     * @param ip       of a packet that is no fragment, at the reader index of {@code packet}
     * @param protocol of the payload
     * @param namedAt  offset in the packet of the byte that names the protocol
     * @param at       index of the payload
     * @param whole    the packet if it may become the answer; null: it stays the caller's in any case
     * @return {@link DropReason#NONE}: it was answered; the packet is gone if it could
     */
    DropReason answer(Ipv6Header ip, ByteBuf packet, int protocol, int namedAt, int at, PacketBuf whole) {
        int length = ip.payloadAt() + ip.payloadLength() - at;
        return switch (protocol) {
            case IpProtocol.ICMPV6 -> echo(ip, packet, at, length, whole);
            case IpProtocol.UDP -> unreachable(ip, packet, at, length);
            case IpProtocol.TCP -> reset(ip, packet, at, length);
            case IpProtocol.NO_NEXT_HEADER -> KernelDropReason.IP_NOPROTO;
            default -> {
                errors.send(IcmpError.UNKNOWN_PROTOCOL, ip, packet, namedAt);
                yield KernelDropReason.IP_NOPROTO;
            }
        };
    }

    private DropReason echo(Ipv6Header ip, ByteBuf packet, int at, int length, PacketBuf whole) {
        if (icmp.wrap(packet, at).check(length) != DropReason.NONE) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        if (!icmp.checksumValid(ip, length)) {
            return KernelDropReason.ICMP_CSUM;
        }
        if (icmp.type() != IcmpHeader.ECHO_V6) {
            return KernelDropReason.IP_NOPROTO;
        }
        Route.Via via = router.wayBack(ingress, ip.sourceHigh(), ip.sourceLow());
        if (via == null) {
            return KernelDropReason.IP_INNOROUTES;
        }
        icmp.toReply(IcmpHeader.ECHO_REPLY_V6);
        // extension headers stay behind
        writeHeader(ip, ip.trafficClass(), packet, at - Ipv6Header.LENGTH, length, IpProtocol.ICMPV6);
        packet.readerIndex(at - Ipv6Header.LENGTH);
        return whole == null ? output.sendCopies(via, reply, packet) : output.send(via, reply, whole);
    }

    private DropReason unreachable(Ipv6Header ip, ByteBuf packet, int at, int length) {
        if (udp.wrap(packet, at).check(length) != DropReason.NONE) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        if (!udp.checksumValid(ip)) {
            return KernelDropReason.UDP_CSUM;
        }
        errors.send(IcmpError.PORT_UNREACHABLE, ip, packet, 0);
        return KernelDropReason.NO_SOCKET;
    }

    private DropReason reset(Ipv6Header ip, ByteBuf packet, int at, int length) {
        if (tcp.wrap(packet, at).check(length) != DropReason.NONE) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        if (!tcp.checksumValid(ip, length)) {
            return KernelDropReason.TCP_CSUM;
        }
        Route.Via via = router.wayBack(ingress, ip.sourceHigh(), ip.sourceLow());
        if (via != null && !tcp.has(TcpHeader.RST)) {
            PacketBuf answer = packets.get(Ipv6Header.LENGTH + TcpHeader.MIN_LENGTH, Term.ORIGINATED);
            if (answer == null) {
                return KernelDropReason.NOMEM;
            }
            writeHeader(ip, ip.trafficClass() & NOT_ECN, answer, 0, TcpHeader.MIN_LENGTH, IpProtocol.TCP);
            reset.write(tcp, length, answer, Ipv6Header.LENGTH).updateChecksum(reply, TcpHeader.MIN_LENGTH);
            output.originate(via, answer);
        }
        return KernelDropReason.NO_SOCKET;
    }

    /** From whom the packet was for, to whom it is from; may lie over the header of the packet. */
    private void writeHeader(Ipv6Header ip, int trafficClass, ByteBuf into, int at, int length, int protocol) {
        long sourceHigh = ip.destinationHigh();
        long sourceLow = ip.destinationLow();
        long destinationHigh = ip.sourceHigh();
        long destinationLow = ip.sourceLow();
        reply.wrap(into, at).write(length, protocol).flow(trafficClass, 0).source(sourceHigh, sourceLow)
                .destination(destinationHigh, destinationLow);
    }
}
