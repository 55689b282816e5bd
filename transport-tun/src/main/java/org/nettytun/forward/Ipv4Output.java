package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv4Options;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunDropReason;

/** Sends IPv4 packets, in fragments if they are too long. Belongs to one event loop. */
final class Ipv4Output {
    private static final int UNIT = 8;
    /** Bytes of a whole packet, at most: no offset may be beyond. */
    private static final int LONGEST = 65535;

    private final Outlets outlets;
    private final Packets packets;
    private final Ipv4Header piece = new Ipv4Header();

    Ipv4Output(Outlets outlets, Packets packets) {
        this.outlets = outlets;
        this.packets = packets;
    }

    /**
     * @param ip     its header, at the reader index of {@code packet}, finished; without DF if it is too long
     * @param packet gone after {@link DropReason#NONE}, otherwise still the caller's
     */
    DropReason send(Route.Via via, Ipv4Header ip, PacketBuf packet) {
        if (ip.totalLength() <= via.limit()) {
            return outlets.send(via.port(), packet);
        }
        DropReason bad = sendCopies(via, ip, packet);
        if (bad == DropReason.NONE) {
            packet.consume();
        }
        return bad;
    }

    /** Sends a packet that fits, gone after {@link DropReason#NONE}. */
    DropReason forward(Route.Via via, PacketBuf packet) {
        return outlets.send(via.port(), packet);
    }

    /** Sends a short packet that was made here, or drops it. */
    void originate(Route.Via via, PacketBuf made) {
        outlets.originate(via.port(), made);
    }

    /**
     * Sends copies of the packet's pieces; of one that fits, of the whole. Identification and DF stay, offsets are
     * multiples of 8, options go by their copy bit. Source: RFC 791, section 3.2.
     *
     * @param packet remains the caller's in any case
     * @return {@link DropReason#NONE}, or why not all of them were sent
     */
    DropReason sendCopies(Route.Via via, Ipv4Header ip, ByteBuf packet) {
        int header = ip.headerLength();
        int payload = ip.payloadLength();
        boolean fits = ip.totalLength() <= via.limit();
        int most = fits ? Math.max(payload, UNIT) : via.limit() - header & -UNIT;
        if (most < UNIT) {
            return KernelDropReason.PKT_TOO_BIG;
        }
        if (!fits && ip.fragmentOffset() + payload > LONGEST - header) {
            return TunDropReason.FRAG_MALFORMED;
        }
        if (!fits) {
            packets.count(Term.FRAGMENTED, packet);
        }
        packets.reserve((payload + most - 1) / most, header + most);
        DropReason bad = DropReason.NONE;
        for (int from = 0; from < payload && bad == DropReason.NONE; from += most) {
            bad = sendPiece(via.port(), ip, packet, from, Math.min(most, payload - from));
        }
        packets.giveBack();
        return bad;
    }

    private DropReason sendPiece(Port port, Ipv4Header ip, ByteBuf packet, int from, int length) {
        int header = ip.headerLength();
        PacketBuf copy = packets.get(header + length,
                length == ip.payloadLength() ? Term.ORIGINATED : Term.FRAGMENTS);
        if (copy == null) {
            return KernelDropReason.NOMEM;
        }
        copy.setBytes(0, packet, packet.readerIndex(), header);
        copy.setBytes(header, packet, packet.readerIndex() + header + from, length);
        boolean more = ip.moreFragments() || from + length < ip.payloadLength();
        piece.wrap(copy, 0).lengths(header, header + length)
                .fragment(ip.dontFragment(), more, ip.fragmentOffset() + from);
        if (from > 0 && ip.fragmentOffset() == 0) {
            Ipv4Options.keepCopied(piece, copy);   // those of a later fragment went by their copy bit already
        }
        piece.updateChecksum();
        return outlets.originate(port, copy);
    }
}
