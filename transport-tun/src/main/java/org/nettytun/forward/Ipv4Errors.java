package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv4Options;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.Term;

/**
 * Tells IPv4 senders why their packet goes no further. Belongs to one event loop. Never about an ICMP error, a fragment
 * but the first, or what did not come from a single host; only along a route, and as often as the limits allow. An
 * error is a packet of its own: the one it is about, as it was received, remains the caller's.
 */
final class Ipv4Errors {
    /** Longest error, header included, in bytes. Source: RFC 1812, section 4.3.2.3. */
    private static final int LONGEST = 576;
    /** "Internetwork control": errors go first. Source: RFC 1812, section 4.3.2.5. */
    private static final int PRECEDENCE = 0xc0;
    private static final int TOS_KEPT = 0x1e;
    private static final int CLASS_E = 0xf;

    private final Forwarding router;
    private final Outlets outlets;
    private final Packets packets;
    private final IcmpHeader icmp = new IcmpHeader();
    private final Ipv4Answer answers;

    Ipv4Errors(Forwarding router, Outlets outlets, Packets packets) {
        this.router = router;
        this.outlets = outlets;
        this.packets = packets;
        this.answers = new Ipv4Answer(router);
    }

    /**
     * @param about   header of the packet, at the reader index of {@code packet}
     * @param options the packet's, checked; null if there are none
     * @param detail  the MTU of "too big", or of a "bad field" its offset in the packet; else 0
     */
    void send(IcmpError error, Ipv4Header about, ByteBuf packet, Ipv4Options options, int detail) {
        if (!mayTell(about, packet) || !(router.routes().lookup(about.source()) instanceof Route.Via back)) {
            return;
        }
        boolean sent = router.limits().allowsV4(error, about.source())
                && write(error, about, packet, options, detail, back);
        router.limits().count(sent);
    }

    private boolean write(IcmpError error, Ipv4Header about, ByteBuf packet, Ipv4Options options, int detail,
                          Route.Via back) {
        int header = answers.begin(options);
        int most = Math.min(LONGEST, back.limit());
        int quoted = Math.min(about.totalLength(), most - header - IcmpHeader.LENGTH);
        int length = header + IcmpHeader.LENGTH + quoted;
        PacketBuf answer = packets.get(length, Term.ORIGINATED);
        if (answer == null) {
            return false;
        }
        int source = router.own().test(about.destination()) ? about.destination() : router.sourceV4(back.port());
        answers.write(answer, 0, length, IpProtocol.ICMP, source, about.source(),
                about.typeOfService() & TOS_KEPT | PRECEDENCE);
        icmp.wrap(answer, header).write(error.typeV4, error.codeV4);
        if (error == IcmpError.BAD_FIELD) {
            icmp.pointerV4(detail);
        } else {
            icmp.mtu(detail);
        }
        answer.setBytes(header + IcmpHeader.LENGTH, packet, packet.readerIndex(), quoted);
        icmp.updateChecksum(IcmpHeader.LENGTH + quoted);
        return outlets.originate(back.port(), answer) == DropReason.NONE;
    }

    /** Source: RFC 1122, section 3.2.2. Martian sources are gone by now, broadcast ones have no way back. */
    private static boolean mayTell(Ipv4Header about, ByteBuf packet) {
        if (about.fragmentOffset() != 0 || about.source() >>> 28 == CLASS_E) {
            return false;
        }
        return about.protocol() != IpProtocol.ICMP || about.payloadLength() > 0
                && !IcmpHeader.isErrorV4(packet.getUnsignedByte(about.payloadAt()));
    }
}
