package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv4Options;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;
import org.nettytun.stats.TunStats;

/** IPv4 packets to us, put together first if they come in fragments. Belongs to one event loop. */
final class Ipv4Fragments {
    /** Source: {@code net.ipv4.ipfrag_time}. */
    private static final int SECONDS = 30;
    private static final int UNIT = 8;
    private static final int LONGEST = 0xffff;

    private final Reassembly reassembly;
    private final Ipv4Local local;
    private final Ipv4Errors errors;
    private final Ipv4Header whole = new Ipv4Header();
    private final Ipv4Options wholeOptions = new Ipv4Options();

    Ipv4Fragments(Ipv4Local local, Ipv4Errors errors, Packets packets, TunStats ledger) {
        this.local = local;
        this.errors = errors;
        this.reassembly = new Reassembly(packets, ledger, SECONDS);
    }

    /** @see Ipv4Local#answer */
    DropReason deliver(Ipv4Header ip, PacketBuf packet, Ipv4Options options) {
        if (!ip.isFragment()) {
            return local.answer(ip, packet, options, packet);
        }
        Datagram datagram = reassembly.of(0, ip.source(), 0, ip.destination(), ip.identification(), ip.protocol(),
                System.nanoTime());
        if (datagram == null) {
            return KernelDropReason.NOMEM;
        }
        DropReason bad = add(datagram, ip, packet);
        if (bad == KernelDropReason.DUP_FRAG) {
            return bad;
        }
        if (bad != DropReason.NONE) {
            reassembly.discard(datagram, bad);
            return bad;
        }
        if (!datagram.isComplete()) {
            packet.consume();
            return DropReason.NONE;
        }
        bad = answerWhole(datagram);
        reassembly.finish(datagram);
        if (bad == DropReason.NONE) {
            packet.consume();
        }
        return bad;
    }

    private static DropReason add(Datagram datagram, Ipv4Header ip, ByteBuf packet) {
        int length = ip.payloadLength();
        if (ip.moreFragments() && length % UNIT != 0) {
            return TunDropReason.FRAG_MALFORMED;
        }
        DropReason bad = datagram.add(packet, ip.payloadAt(), ip.fragmentOffset(), length, ip.moreFragments(),
                LONGEST - ip.headerLength());
        if (bad == DropReason.NONE && ip.fragmentOffset() == 0) {
            datagram.header(packet, packet.readerIndex(), ip.headerLength());
        }
        return bad;
    }

    private DropReason answerWhole(Datagram datagram) {
        int header = datagram.headerLength();
        if (header + datagram.total() > LONGEST) {
            return TunDropReason.FRAG_MALFORMED;
        }
        ByteBuf bytes = datagram.bytes(header);
        whole.wrap(bytes, bytes.readerIndex()).lengths(header, header + datagram.total()).fragment(false, false, 0)
                .updateChecksum();
        boolean hasOptions = header > Ipv4Header.MIN_LENGTH
                && wholeOptions.check(whole, bytes) == DropReason.NONE;
        return local.answer(whole, bytes, hasOptions ? wholeOptions : null, null);
    }

    /** Lets go of what waited too long. Source of the error: RFC 1122, section 3.3.2. */
    void expire(long now) {
        for (Datagram late = reassembly.expired(now); late != null; late = reassembly.expired(now)) {
            if (late.headerLength() > 0) {
                ByteBuf first = late.bytes(late.headerLength());
                errors.send(IcmpError.REASSEMBLY_TIME_EXCEEDED, whole.wrap(first, first.readerIndex()), first, null, 0);
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
