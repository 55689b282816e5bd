package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv4Options;
import org.nettytun.packet.TcpHeader;
import org.nettytun.packet.UdpHeader;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/**
 * Answers IPv4 packets to the router's own addresses: pings of any size; to all else, that nobody is there. Belongs to
 * one event loop.
 */
final class Ipv4Local {
    private final Forwarding router;
    private final Ipv4Output output;
    private final Ipv4Errors errors;
    private final Packets packets;
    private final Ipv4AnswerOptions recorder;
    private final Ipv4Header reply = new Ipv4Header();
    private final IcmpHeader icmp = new IcmpHeader();
    private final UdpHeader udp = new UdpHeader();
    private final TcpHeader tcp = new TcpHeader();
    private final TcpReset reset = new TcpReset();
    private final ByteBuf scratch = Unpooled.buffer(Ipv4Options.MAX_LENGTH);

    Ipv4Local(Forwarding router, Ipv4Output output, Ipv4Errors errors, Packets packets) {
        this.router = router;
        this.output = output;
        this.errors = errors;
        this.packets = packets;
        this.recorder = new Ipv4AnswerOptions(router);
    }

    /**
     * @param ip      of a packet that is no fragment, at the reader index of {@code packet}
     * @param options checked; null if there are none
     * @param kept    whether the packet stays the caller's in any case
     * @return {@link DropReason#NONE}: the packet is the answer; otherwise it still is the caller's
     */
    DropReason answer(Ipv4Header ip, ByteBuf packet, Ipv4Options options, boolean kept) {
        return switch (ip.protocol()) {
            case IpProtocol.ICMP -> echo(ip, packet, options, kept);
            case IpProtocol.UDP -> unreachable(ip, packet, options);
            case IpProtocol.TCP -> reset(ip, packet);
            default -> {
                errors.send(IcmpError.UNKNOWN_PROTOCOL, ip, packet, options, 0);
                yield KernelDropReason.IP_NOPROTO;
            }
        };
    }

    private DropReason echo(Ipv4Header ip, ByteBuf packet, Ipv4Options options, boolean kept) {
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
        int taken = options == null ? 0 : options.copyForReply(scratch, 0);
        int header = Ipv4Header.MIN_LENGTH + taken;
        int at = ip.payloadAt() - header;   // where less or as much is taken over, the header begins later
        int typeOfService = ip.typeOfService();
        int own = ip.destination();
        reply.wrap(packet, at).write(header + length, IpProtocol.ICMP, own, ip.source())
                .lengths(header, header + length).typeOfService(typeOfService)
                .identification(Ipv4AnswerOptions.identification());
        packet.setBytes(reply.optionsAt(), scratch, 0, taken).readerIndex(at);
        recorder.update(reply.updateChecksum(), packet, own);
        return kept ? output.sendCopies(via, reply, packet) : output.send(via, reply, packet);
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

    private DropReason reset(Ipv4Header ip, ByteBuf packet) {
        int length = ip.payloadLength();
        if (tcp.wrap(packet, ip.payloadAt()).check(length) != DropReason.NONE) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        if (!tcp.checksumValid(ip, length)) {
            return KernelDropReason.TCP_CSUM;
        }
        if (!tcp.has(TcpHeader.RST) && router.routes().lookup(ip.source()) instanceof Route.Via via) {
            int total = Ipv4Header.MIN_LENGTH + TcpHeader.MIN_LENGTH;
            ByteBuf answer = packets.get(total);
            if (answer == null) {
                return KernelDropReason.NOMEM;
            }
            reply.wrap(answer, 0).write(total, IpProtocol.TCP, ip.destination(), ip.source())
                    .typeOfService(ip.typeOfService()).fragment(true, false, 0).updateChecksum();
            reset.write(tcp, length, answer, Ipv4Header.MIN_LENGTH).updateChecksum(reply, TcpHeader.MIN_LENGTH);
            if (output.send(via, reply, answer) != DropReason.NONE) {
                answer.release();   // never was a packet on its way
            }
        }
        return KernelDropReason.NO_SOCKET;
    }
}
