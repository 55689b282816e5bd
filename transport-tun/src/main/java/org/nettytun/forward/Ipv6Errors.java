package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.packet.Ipv6Payload;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.Term;

/**
 * Tells IPv6 senders why their packet goes no further. Belongs to one event loop. Never about an ICMPv6 error or a
 * redirect; of packets to a multicast group only what RFC 4443, section 2.4 (e) allows; only along a route, and as
 * often as the limits allow. An error is a packet of its own: the one it is about remains the caller's.
 */
final class Ipv6Errors {
    /** Longest error, header included, in bytes. Source: RFC 4443, section 2.4 (c). */
    private static final int LONGEST = Ipv6Output.LEAST_MTU;
    private static final int MULTICAST = 0xff;

    private final Forwarding router;
    private final Port ingress;
    private final Outlets outlets;
    private final Packets packets;
    private final Ipv6Header ip = new Ipv6Header();
    private final Ipv6Payload payload = new Ipv6Payload();
    private final IcmpHeader icmp = new IcmpHeader();

    Ipv6Errors(Forwarding router, Port ingress, Outlets outlets, Packets packets) {
        this.router = router;
        this.ingress = ingress;
        this.outlets = outlets;
        this.packets = packets;
    }

    /**
     * @param about  header of the packet, at the reader index of {@code packet}
     * @param detail the MTU of "too big", the offset in the packet of a parameter problem; else 0
     */
    void send(IcmpError error, Ipv6Header about, ByteBuf packet, int detail) {
        Route.Via back = mayTell(error, about, packet)
                ? router.wayBack(ingress, about.sourceHigh(), about.sourceLow()) : null;
        if (back == null) {
            return;
        }
        boolean sent = router.limits().allowsV6(error, about.sourceHigh(), about.sourceLow())
                && write(error, about, packet, detail, back.port());
        router.limits().count(sent);
    }

    private boolean write(IcmpError error, Ipv6Header about, ByteBuf packet, int detail, Port back) {
        int quoted = Math.min(about.totalLength(), LONGEST - Ipv6Header.LENGTH - IcmpHeader.LENGTH);
        int length = Ipv6Header.LENGTH + IcmpHeader.LENGTH + quoted;
        boolean ours = router.routes().lookup(about.destinationHigh(), about.destinationLow()) == Route.Special.LOCAL;
        Port source = router.sourceV6(ingress);
        PacketBuf answer = ours || source != null ? packets.get(length, Term.ORIGINATED) : null;
        if (answer == null) {
            return false;
        }
        ip.wrap(answer, 0).write(length - Ipv6Header.LENGTH, IpProtocol.ICMPV6)
                .destination(about.sourceHigh(), about.sourceLow());
        if (ours) {
            ip.source(about.destinationHigh(), about.destinationLow());
        } else {
            ip.source(source.v6High(), source.v6Low());   // RFC 4443, section 2.2 (b)
        }
        icmp.wrap(answer, ip.payloadAt()).write(error.typeV6, error.codeV6).mtu(detail);   // or the pointer, as long
        answer.setBytes(ip.payloadAt() + IcmpHeader.LENGTH, packet, packet.readerIndex(), quoted);
        icmp.updateChecksum(ip, ip.payloadLength());
        return outlets.originate(back, answer) == DropReason.NONE;
    }

    private boolean mayTell(IcmpError error, Ipv6Header about, ByteBuf packet) {
        boolean anybody = about.sourceHigh() == 0 && about.sourceLow() == 0;
        boolean group = about.destinationHigh() >>> 56 == MULTICAST;
        if (anybody || group && error != IcmpError.TOO_BIG && error != IcmpError.UNKNOWN_OPTION) {
            return false;
        }
        // what cannot be seen to be an error is none, as in the kernel: malformed headers, later fragments
        if (payload.find(about, packet) != DropReason.NONE || payload.fragmentOffset() != 0
                || payload.protocol() != IpProtocol.ICMPV6) {
            return true;
        }
        return payload.length() > 0 ? !IcmpHeader.isErrorV6(packet.getUnsignedByte(payload.at()))
                : payload.isFragment();
    }
}
