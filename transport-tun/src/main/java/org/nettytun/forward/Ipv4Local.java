package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv4Options;
import org.nettytun.packet.TcpHeader;
import org.nettytun.packet.UdpHeader;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;

/**
 * Answers IPv4 packets to the router's own addresses: pings of any size; to all else, that nobody is there. Belongs to
 * one event loop.
 */
final class Ipv4Local {
    private static final int NOT_ECN = 0xfc;

    private final Forwarding router;
    private final Ipv4Output output;
    private final Ipv4Errors errors;
    private final Packets packets;
    private final Ipv4Answer answers;
    private final IcmpHeader icmp = new IcmpHeader();
    private final UdpHeader udp = new UdpHeader();
    private final TcpHeader tcp = new TcpHeader();
    private final TcpReset reset = new TcpReset();

    Ipv4Local(Forwarding router, Ipv4Output output, Ipv4Errors errors, Packets packets) {
        this.router = router;
        this.output = output;
        this.errors = errors;
        this.packets = packets;
        this.answers = new Ipv4Answer(router);
    }

    /**
     * @param ip      of a packet that is no fragment, at the reader index of {@code packet}
     * @param options checked; null if there are none
     * @param whole   the packet if it may become the answer; null: it stays the caller's in any case
     * @return {@link DropReason#NONE}: it was answered; the packet is gone if it could
     */
    DropReason answer(Ipv4Header ip, ByteBuf packet, Ipv4Options options, PacketBuf whole) {
        return switch (ip.protocol()) {
            case IpProtocol.ICMP -> echo(ip, packet, options, whole);
            case IpProtocol.UDP -> unreachable(ip, packet, options);
            case IpProtocol.TCP -> reset(ip, packet, options);
            default -> {
                errors.send(IcmpError.UNKNOWN_PROTOCOL, ip, packet, options, 0);
                yield KernelDropReason.IP_NOPROTO;
            }
        };
    }

    private DropReason echo(Ipv4Header ip, ByteBuf packet, Ipv4Options options, PacketBuf whole) {
        int length = ip.payloadLength();
        if (icmp.wrap(packet, ip.payloadAt()).check(length) != DropReason.NONE) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        if (!icmp.checksumValid(length)) {
            return KernelDropReason.ICMP_CSUM;
        }
        if (icmp.type() != IcmpHeader.ECHO_V4) {
            return KernelDropReason.IP_NOPROTO;
        }
        if (!(router.routes().lookup(ip.source()) instanceof Route.Via via)) {
            return KernelDropReason.IP_INNOROUTES;
        }
        icmp.toReply(IcmpHeader.ECHO_REPLY_V4);
        int header = answers.begin(options);
        int at = ip.payloadAt() - header;   // it takes over as much or less, so the answer begins later
        Ipv4Header reply = answers.write(packet, at, header + length, IpProtocol.ICMP, ip.destination(), ip.source(),
                ip.typeOfService());
        packet.readerIndex(at);
        return whole == null ? output.sendCopies(via, reply, packet) : output.send(via, reply, whole);
    }

    private DropReason unreachable(Ipv4Header ip, ByteBuf packet, Ipv4Options options) {
        if (udp.wrap(packet, ip.payloadAt()).check(ip.payloadLength()) != DropReason.NONE) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        if (!udp.checksumValid(ip)) {
            return KernelDropReason.UDP_CSUM;
        }
        errors.send(IcmpError.PORT_UNREACHABLE, ip, packet, options, 0);
        return KernelDropReason.NO_SOCKET;
    }

    private DropReason reset(Ipv4Header ip, ByteBuf packet, Ipv4Options options) {
        int length = ip.payloadLength();
        if (tcp.wrap(packet, ip.payloadAt()).check(length) != DropReason.NONE) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        if (!tcp.checksumValid(ip, length)) {
            return KernelDropReason.TCP_CSUM;
        }
        if (!tcp.has(TcpHeader.RST) && router.routes().lookup(ip.source()) instanceof Route.Via via) {
            int header = answers.begin(options);
            PacketBuf answer = packets.get(header + TcpHeader.MIN_LENGTH, Term.ORIGINATED);
            if (answer == null) {
                return KernelDropReason.NOMEM;
            }
            Ipv4Header reply = answers.write(answer, 0, header + TcpHeader.MIN_LENGTH, IpProtocol.TCP,
                    ip.destination(), ip.source(), ip.typeOfService() & NOT_ECN);
            reply.identification(0).fragment(true, false, 0).updateChecksum();
            reset.write(tcp, length, answer, header).updateChecksum(reply, TcpHeader.MIN_LENGTH);
            output.originate(via, answer);
        }
        return KernelDropReason.NO_SOCKET;
    }
}
