package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv6Fragment;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.packet.Ipv6Payload;
import org.nettytun.packet.TcpHeader;
import org.nettytun.packet.UdpHeader;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;
import org.nettytun.stats.TunStats;

/** IPv6 packets to us that come in fragments. Belongs to one event loop. Source: RFC 8200, section 4.5; RFC 5722. */
final class Ipv6Fragments {
    /** Source: RFC 8200, section 4.5. */
    private static final int SECONDS = 60;
    private static final int UNIT = 8;
    private static final int LONGEST = 0xffff;
    private static final int PAYLOAD_LENGTH = 4;
    private static final int FRAGMENT_OFFSET = 2;

    private final Reassembly reassembly;
    private final Ipv6Errors errors;
    private final Ipv6Fragment fragment = new Ipv6Fragment();
    private final Ipv6Header whole = new Ipv6Header();
    private final Ipv6Payload payload = new Ipv6Payload();
    private Datagram current;
    private ByteBuf bytes;

    Ipv6Fragments(Ipv6Errors errors, Packets packets, TunStats ledger) {
        this.errors = errors;
        this.reassembly = new Reassembly(packets, ledger, SECONDS);
    }

    /**
     * Takes a fragment, by copy.
     *
     * @param at index of its fragment header; 8 bytes are there
     * @return {@link DropReason#NONE}: see whether the packet {@link #isComplete}
     */
    DropReason add(Ipv6Header ip, ByteBuf packet, int at) {
        fragment.wrap(packet, at);
        int headers = fragment.payloadAt() - packet.readerIndex();
        int length = ip.payloadAt() + ip.payloadLength() - fragment.payloadAt();
        if (fragment.moreFragments() && length % UNIT != 0) {
            errors.send(IcmpError.BAD_FIELD, ip, packet, PAYLOAD_LENGTH);
            return TunDropReason.FRAG_MALFORMED;
        }
        if (fragment.offset() + length > LONGEST) {
            errors.send(IcmpError.BAD_FIELD, ip, packet, at + FRAGMENT_OFFSET - packet.readerIndex());
            return TunDropReason.FRAG_MALFORMED;
        }
        if (fragment.offset() == 0 && (headers > Datagram.ROOM || !showsWhatItIs(ip, packet))) {
            errors.send(IcmpError.INCOMPLETE_HEADERS, ip, packet, 0);
            return KernelDropReason.IP_INHDR;
        }
        current = reassembly.of(ip.sourceHigh(), ip.sourceLow(), ip.destinationHigh(), ip.destinationLow(),
                fragment.identification(), IpProtocol.FRAGMENT, System.nanoTime());
        if (current == null) {
            return KernelDropReason.NOMEM;
        }
        DropReason bad = current.add(packet, fragment.payloadAt(), fragment.offset(), length,
                fragment.moreFragments(), LONGEST);
        if (bad == DropReason.NONE && fragment.offset() == 0) {
            current.header(packet, packet.readerIndex(), headers);
        } else if (bad != DropReason.NONE && bad != KernelDropReason.DUP_FRAG) {
            reassembly.discard(current, bad);
        }
        return bad;
    }

    /** Source: RFC 7112, section 5. */
    private boolean showsWhatItIs(Ipv6Header ip, ByteBuf packet) {
        if (payload.find(ip, packet) != DropReason.NONE) {
            return false;
        }
        int needed = switch (payload.protocol()) {
            case IpProtocol.TCP -> TcpHeader.MIN_LENGTH;
            case IpProtocol.UDP -> UdpHeader.LENGTH;
            case IpProtocol.ICMPV6 -> IcmpHeader.LENGTH;
            default -> 1;
        };
        return payload.length() >= needed || payload.protocol() == IpProtocol.NO_NEXT_HEADER;
    }

    /** Whether the packet of the last fragment is. Then use {@link #whole()} and {@link #bytes()}, and finish it. */
    boolean isComplete() {
        return current.isComplete();
    }

    /** Its header, as if it had come in one, without those that stood before the fragment header. */
    Ipv6Header whole() {
        bytes = current.bytes(current.headerLength());
        whole.wrap(bytes, bytes.readerIndex());
        int nextHeader = fragment.wrap(bytes, Datagram.ROOM - Ipv6Fragment.LENGTH).nextHeader();
        int trafficClass = whole.trafficClass();
        int flowLabel = whole.flowLabel();
        int hopLimit = whole.hopLimit();
        long sourceHigh = whole.sourceHigh();
        long sourceLow = whole.sourceLow();
        long destinationHigh = whole.destinationHigh();
        long destinationLow = whole.destinationLow();
        bytes = current.bytes(Ipv6Header.LENGTH);
        return whole.wrap(bytes, bytes.readerIndex()).write(current.total(), nextHeader).flow(trafficClass, flowLabel)
                .hopLimit(hopLimit).source(sourceHigh, sourceLow).destination(destinationHigh, destinationLow);
    }

    ByteBuf bytes() {
        return bytes;
    }

    void finish() {
        reassembly.finish(current);
    }

    /** Lets go of what waited too long, and tells its sender. */
    void expire(long now) {
        for (Datagram late = reassembly.expired(now); late != null; late = reassembly.expired(now)) {
            if (late.headerLength() > 0) {
                ByteBuf first = late.bytes(late.headerLength());
                errors.send(IcmpError.REASSEMBLY_TIME_EXCEEDED, whole.wrap(first, first.readerIndex()), first, 0);
            }
            reassembly.discard(late, KernelDropReason.FRAG_REASM_TIMEOUT);
        }
    }

    boolean isEmpty() {
        return reassembly.isEmpty();
    }

    void close() {
        reassembly.close();
    }
}
