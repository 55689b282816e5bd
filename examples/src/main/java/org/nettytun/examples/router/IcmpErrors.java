package org.nettytun.examples.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.examples.ip.AddressBits;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.packet.Ipv6Payload;
import org.nettytun.routing.RouteTable;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Tells a sender why its packet goes no further. Belongs to one event loop; the limit is the ingress port's, the
 * counters are the router's.
 * Never about an ICMP error, a fragment but the first, or what did not come from a single host; and only along a route.
 * An error is a packet of its own: the one it is about remains the caller's, to be dropped.
 */
final class IcmpErrors {
    /** Longest error, header included, in bytes. Source: RFC 1812, section 4.3.2.3. */
    private static final int LONGEST_V4 = 576;
    /** Likewise; the least MTU of IPv6, too. Source: RFC 4443, section 2.4 (c). */
    static final int LONGEST_V6 = 1280;
    private static final int CODE_HOST = 1;
    private static final int CODE_ADDRESS = 3;
    private static final int CODE_FRAGMENTATION_NEEDED = 4;
    /** "Internetwork control": errors go first. Source: RFC 1812, section 4.3.2.5. */
    private static final int PRECEDENCE = 0xc0;
    private static final int TOS_KEPT = 0x1e;
    /** The dummy address of a router that has none. Source: RFC 7600, section 4.8. */
    private static final int DUMMY_SOURCE = 0xc0000008;

    private final RouteTable<RouteTarget> routes;
    private final List<Port> ports;
    private final Port ingress;
    private final Outlets outlets;
    private final ByteBufAllocator alloc;
    private final Counters counters;

    private final Ipv4Header ip4 = new Ipv4Header();
    private final Ipv6Header ip6 = new Ipv6Header();
    private final Ipv6Payload payload = new Ipv6Payload();
    private final IcmpHeader icmp = new IcmpHeader();

    IcmpErrors(RouterCore core, Port ingress, Outlets outlets, ByteBufAllocator alloc) {
        this.routes = core.routes();
        this.ports = core.ports();
        this.counters = core.icmpCounters();
        this.ingress = ingress;
        this.outlets = outlets;
        this.alloc = alloc;
    }

    void noRoute(Ipv4Header about, ByteBuf packet) {
        send(about, packet, IcmpHeader.UNREACHABLE_V4, 0, 0);
    }

    void noRoute(Ipv6Header about, ByteBuf packet) {
        send(about, packet, IcmpHeader.UNREACHABLE_V6, 0, 0);
    }

    void hostUnreachable(Ipv4Header about, ByteBuf packet) {
        send(about, packet, IcmpHeader.UNREACHABLE_V4, CODE_HOST, 0);
    }

    void hostUnreachable(Ipv6Header about, ByteBuf packet) {
        send(about, packet, IcmpHeader.UNREACHABLE_V6, CODE_ADDRESS, 0);
    }

    void timeExceeded(Ipv4Header about, ByteBuf packet) {
        send(about, packet, IcmpHeader.TIME_EXCEEDED_V4, 0, 0);
    }

    void timeExceeded(Ipv6Header about, ByteBuf packet) {
        send(about, packet, IcmpHeader.TIME_EXCEEDED_V6, 0, 0);
    }

    void tooBig(Ipv4Header about, ByteBuf packet, int mtu) {
        send(about, packet, IcmpHeader.UNREACHABLE_V4, CODE_FRAGMENTATION_NEEDED, mtu);
    }

    void tooBig(Ipv6Header about, ByteBuf packet, int mtu) {
        send(about, packet, IcmpHeader.TOO_BIG_V6, 0, Math.max(mtu, LONGEST_V6));
    }

    private void send(Ipv4Header about, ByteBuf packet, int type, int code, int mtu) {
        if (!mayTell(about, packet) || !(routes.lookup(about.source()) instanceof Port back) || !allowed()) {
            return;
        }
        int quoted = Math.min(about.totalLength(),
                Math.min(LONGEST_V4, back.mtu()) - Ipv4Header.MIN_LENGTH - IcmpHeader.LENGTH);
        int length = Ipv4Header.MIN_LENGTH + IcmpHeader.LENGTH + quoted;
        ByteBuf error = alloc.buffer(length, length).writerIndex(length);
        ip4.wrap(error, 0).write(length, IpProtocol.ICMP, sourceV4(back), about.source())
                .typeOfService(about.typeOfService() & TOS_KEPT | PRECEDENCE).updateChecksum();
        icmp.wrap(error, ip4.payloadAt()).write(type, code).mtu(mtu);
        error.setBytes(ip4.payloadAt() + IcmpHeader.LENGTH, packet, packet.readerIndex(), quoted);
        icmp.updateChecksum(ip4.payloadLength());
        originate(back, error);
    }

    private void send(Ipv6Header about, ByteBuf packet, int type, int code, int mtu) {
        InetAddress source = sourceV6();
        if (source == null || !mayTell(about, packet)
                || !(routes.lookup(about.sourceHigh(), about.sourceLow()) instanceof Port back) || !allowed()) {
            return;
        }
        int quoted = Math.min(about.totalLength(), LONGEST_V6 - Ipv6Header.LENGTH - IcmpHeader.LENGTH);
        int length = Ipv6Header.LENGTH + IcmpHeader.LENGTH + quoted;
        ByteBuf error = alloc.buffer(length, length).writerIndex(length);
        ip6.wrap(error, 0).write(length - Ipv6Header.LENGTH, IpProtocol.ICMPV6)
                .source(AddressBits.high(source), AddressBits.low(source))
                .destination(about.sourceHigh(), about.sourceLow());
        icmp.wrap(error, ip6.payloadAt()).write(type, code).mtu(mtu);
        error.setBytes(ip6.payloadAt() + IcmpHeader.LENGTH, packet, packet.readerIndex(), quoted);
        icmp.updateChecksum(ip6, ip6.payloadLength());
        originate(back, error);
    }

    /** Source: RFC 1122, section 3.2.2. Martian sources are gone by now, and broadcast ones have no {@link Port}. */
    private static boolean mayTell(Ipv4Header about, ByteBuf packet) {
        boolean singleHost = about.source() >>> 28 != 0xf;   // class E
        if (about.fragmentOffset() != 0 || !singleHost) {
            return false;
        }
        return about.protocol() != IpProtocol.ICMP || about.payloadLength() > 0
                && !IcmpHeader.isErrorV4(packet.getUnsignedByte(about.payloadAt()));
    }

    /** Source: RFC 4443, section 2.4 (e). */
    private boolean mayTell(Ipv6Header about, ByteBuf packet) {
        if (payload.find(about, packet) != DropReason.NONE || payload.fragmentOffset() != 0) {
            return false;
        }
        return payload.protocol() != IpProtocol.ICMPV6 || payload.length() > 0
                && !IcmpHeader.isErrorV6(packet.getUnsignedByte(payload.at()));
    }

    private boolean allowed() {
        if (ingress.icmpLimit().allows()) {
            return true;
        }
        counters.suppressed().increment();
        return false;
    }

    private void originate(Port back, ByteBuf error) {
        int length = error.readableBytes();
        DropReason bad = outlets.send(back, error);
        counters.ledger().count(Term.ORIGINATED, length);
        if (bad == DropReason.NONE) {
            counters.sent().increment();
        } else {
            PacketBuf.build(error, counters.ledger()).drop(bad);
            counters.suppressed().increment();
        }
    }

    /** The address of the interface that the error leaves by. Source: RFC 1812, section 4.3.2.4. */
    private int sourceV4(Port back) {
        InetAddress source = back.address(true) != null ? back.address(true) : anyAddress(true);
        return source == null ? DUMMY_SOURCE : AddressBits.v4(source);
    }

    /** The address of the interface that the packet came in by. Source: RFC 4443, section 2.2 (b). */
    private InetAddress sourceV6() {
        return ingress.address(false) != null ? ingress.address(false) : anyAddress(false);
    }

    private InetAddress anyAddress(boolean v4) {
        for (Port port : ports) {
            if (port.address(v4) != null) {
                return port.address(v4);
            }
        }
        return null;
    }

    /** Errors sent, and errors that the limit or a full queue held back; and the ledger of all packets made here. */
    record Counters(LongAdder sent, LongAdder suppressed, TunStats ledger) {
        Counters() {
            this(new LongAdder(), new LongAdder(), new TunStats("router"));
        }
    }
}
