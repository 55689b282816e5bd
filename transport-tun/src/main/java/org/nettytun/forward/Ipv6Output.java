package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv6Fragment;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Sends IPv6 packets; those of the router's own, which have no extension headers, in fragments if they are too long.
 * Belongs to one event loop.
 */
final class Ipv6Output {
    /** Source: RFC 8200, section 5. */
    static final int LEAST_MTU = 1280;

    private static final int UNIT = 8;
    private static final int HEADERS = Ipv6Header.LENGTH + Ipv6Fragment.LENGTH;

    private final Outlets outlets;
    private final Packets packets;
    private final Ipv6Header piece = new Ipv6Header();
    private final Ipv6Fragment fragment = new Ipv6Fragment();

    Ipv6Output(Outlets outlets, Packets packets) {
        this.outlets = outlets;
        this.packets = packets;
    }

    /** Bytes of the longest packet that fits: the least MTU of IPv6, or more. */
    static int limit(Route.Via via) {
        return Math.max(via.limit(), LEAST_MTU);
    }

    /** Sends a packet that fits, gone after {@link DropReason#NONE}. */
    DropReason forward(Route.Via via, PacketBuf packet) {
        return outlets.send(via.port(), packet);
    }

    /**
     * Sends a packet of the router's own.
     *
     * @param ip     its header, at the reader index of {@code packet}
     * @param packet gone after {@link DropReason#NONE}, otherwise still the caller's
     */
    DropReason send(Route.Via via, Ipv6Header ip, PacketBuf packet) {
        if (ip.totalLength() <= limit(via)) {
            return outlets.send(via.port(), packet);
        }
        DropReason bad = sendCopies(via, ip, packet);
        if (bad == DropReason.NONE) {
            packet.consume();
        }
        return bad;
    }

    /** Sends a short packet that was made here, or drops it. */
    void originate(Route.Via via, PacketBuf made) {
        outlets.originate(via.port(), made);
    }

    /** @see Ipv4Output#sendCopies */
    DropReason sendCopies(Route.Via via, Ipv6Header ip, ByteBuf packet) {
        int payload = ip.payloadLength();
        boolean fits = ip.totalLength() <= limit(via);
        int most = fits ? Math.max(payload, UNIT) : limit(via) - HEADERS & -UNIT;
        int identification = ThreadLocalRandom.current().nextInt();   // not to be guessed: RFC 7739
        if (!fits) {
            packets.count(Term.FRAGMENTED, packet);
        }
        packets.reserve((payload + most - 1) / most, HEADERS + most);
        DropReason bad = DropReason.NONE;
        for (int from = 0; from < payload && bad == DropReason.NONE; from += most) {
            int length = Math.min(most, payload - from);
            bad = fits ? sendWhole(via.port(), packet)
                    : sendPiece(via.port(), ip, packet, from, length, identification);
        }
        packets.giveBack();
        return bad;
    }

    private DropReason sendWhole(Port port, ByteBuf packet) {
        PacketBuf copy = packets.copy(packet, Term.ORIGINATED);
        return copy == null ? KernelDropReason.NOMEM : outlets.originate(port, copy);
    }

    private DropReason sendPiece(Port port, Ipv6Header ip, ByteBuf packet, int from, int length, int identification) {
        PacketBuf copy = packets.get(HEADERS + length, Term.FRAGMENTS);
        if (copy == null) {
            return KernelDropReason.NOMEM;
        }
        copy.setBytes(0, packet, packet.readerIndex(), Ipv6Header.LENGTH);
        copy.setBytes(HEADERS, packet, packet.readerIndex() + Ipv6Header.LENGTH + from, length);
        piece.wrap(copy, 0).payload(Ipv6Fragment.LENGTH + length, IpProtocol.FRAGMENT);
        fragment.wrap(copy, Ipv6Header.LENGTH)
                .write(ip.nextHeader(), from, from + length < ip.payloadLength(), identification);
        return outlets.originate(port, copy);
    }
}
