package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv6Fragment;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.packet.Ipv6Options;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunStats;

/** IPv6 packets to us: their extension headers, one by one, as a host does. Belongs to one event loop. */
final class Ipv6Input {
    private static final int UNIT = 8;
    private static final int NEXT_HEADER = 6;
    private static final int ROUTING_TYPE = 2;
    private static final int SEGMENTS_LEFT = 3;
    /** A bound on what one packet can cost. */
    private static final int MAX_HEADERS = 12;

    private final Ipv6Local local;
    private final Ipv6Errors errors;
    private final Ipv6Fragments fragments;
    private final Ipv6Options options = new Ipv6Options();
    private final Ipv6Fragment fragment = new Ipv6Fragment();

    private int next;
    private int namedAt;
    private int at;
    private int end;

    Ipv6Input(Ipv6Local local, Ipv6Errors errors, Packets packets, TunStats ledger) {
        this.local = local;
        this.errors = errors;
        this.fragments = new Ipv6Fragments(errors, packets, ledger);
    }

    /**
     * @param ip     at the reader index of {@code packet}; hop-by-hop options were checked
     * @param packet gone after {@link DropReason#NONE}, otherwise still the caller's
     */
    DropReason deliver(Ipv6Header ip, PacketBuf packet) {
        return deliver(ip, packet, packet);
    }

    /** @param whole the packet if it came in one; null if it was put together */
    private DropReason deliver(Ipv6Header ip, ByteBuf packet, PacketBuf whole) {
        next = ip.nextHeader();
        namedAt = NEXT_HEADER;
        at = ip.payloadAt();
        end = at + ip.payloadLength();
        for (int headers = 0; isExtension(next, headers == 0 && whole != null); headers++) {
            if (end - at < UNIT) {
                return KernelDropReason.PKT_TOO_SMALL;
            }
            if (headers == MAX_HEADERS) {
                return KernelDropReason.IP_INHDR;
            }
            if (next == IpProtocol.FRAGMENT && isPiece(packet)) {
                return whole == null ? KernelDropReason.IP_INHDR : reassemble(ip, whole);
            }
            DropReason bad = check(ip, packet);
            if (bad != DropReason.NONE) {
                return bad;
            }
            skip(packet, next == IpProtocol.FRAGMENT ? UNIT : Ipv6Options.length(packet, at));
        }
        return local.answer(ip, packet, next, namedAt, at, whole);
    }

    /** Hop-by-hop options are, if they come first in a packet; anywhere else they are an unknown header. */
    private static boolean isExtension(int header, boolean first) {
        return switch (header) {
            case IpProtocol.HOP_BY_HOP -> first;
            case IpProtocol.ROUTING, IpProtocol.FRAGMENT, IpProtocol.DESTINATION_OPTIONS -> true;
            default -> false;
        };
    }

    /** Not so one that has all: RFC 6946. */
    private boolean isPiece(ByteBuf packet) {
        return fragment.wrap(packet, at).offset() != 0 || fragment.moreFragments();
    }

    private DropReason check(Ipv6Header ip, ByteBuf packet) {
        if (next == IpProtocol.DESTINATION_OPTIONS) {
            DropReason bad = options.check(packet, at, end - at, false);
            if (options.problemAt() >= 0) {
                errors.send(IcmpError.UNKNOWN_OPTION, ip, packet, options.problemAt() - packet.readerIndex());
            }
            return bad;
        }
        if (next == IpProtocol.ROUTING && packet.getByte(at + SEGMENTS_LEFT) != 0) {   // RFC 5095; RFC 8200, 4.4
            errors.send(IcmpError.BAD_FIELD, ip, packet, at + ROUTING_TYPE - packet.readerIndex());
            return KernelDropReason.IP_INHDR;
        }
        return next != IpProtocol.FRAGMENT && Ipv6Options.length(packet, at) > end - at
                ? KernelDropReason.PKT_TOO_SMALL : DropReason.NONE;
    }

    private void skip(ByteBuf packet, int length) {
        next = packet.getUnsignedByte(at);
        namedAt = at - packet.readerIndex();
        at += length;
    }

    private DropReason reassemble(Ipv6Header ip, PacketBuf packet) {
        DropReason bad = fragments.add(ip, packet, at);
        if (bad != DropReason.NONE) {
            return bad;
        }
        if (fragments.isComplete()) {
            Ipv6Header whole = fragments.whole();
            bad = deliver(whole, fragments.bytes(), null);
            fragments.finish();
        }
        if (bad == DropReason.NONE) {
            packet.consume();
        }
        return bad;
    }

    Ipv6Fragments fragments() {
        return fragments;
    }
}
