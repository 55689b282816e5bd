package org.nettytun.examples.tunnel;

import io.netty.buffer.ByteBuf;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/** What the tunnel must know of the packets it carries. Belongs to one event loop. */
final class InnerPacket {
    private static final int PORTS_LENGTH = 4;
    /** 2^32 / the golden ratio, odd: one multiplication spreads what differs in any bit into the upper ones. */
    private static final int SPREAD = 0x9e3779b9;
    private static final int FLOW_BITS = 8;

    private final Ipv4Header ipv4 = new Ipv4Header();
    private final Ipv6Header ipv6 = new Ipv6Header();

    /**
     * Whether {@code buf} is one whole IP packet from its reader index to its writer index, not a byte more: {@link
     * DropReason#NONE}, or what is wrong.
     */
    DropReason check(ByteBuf buf) {
        int length = buf.readableBytes();
        if (length == 0) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        DropReason bad;
        int totalLength;
        switch (version(buf)) {
            case Ipv4Header.VERSION -> {
                bad = ipv4.wrap(buf, buf.readerIndex()).check(length);
                totalLength = bad == DropReason.NONE ? ipv4.totalLength() : 0;
            }
            case Ipv6Header.VERSION -> {
                bad = ipv6.wrap(buf, buf.readerIndex()).check(length);
                totalLength = bad == DropReason.NONE ? ipv6.totalLength() : 0;
            }
            default -> {
                bad = KernelDropReason.INVALID_PROTO;
                totalLength = 0;
            }
        }
        return bad == DropReason.NONE && totalLength != length ? KernelDropReason.IP_INHDR : bad;
    }

    private static int version(ByteBuf buf) {
        return buf.getUnsignedByte(buf.readerIndex()) >>> 4;
    }

    /**
     * The flow of the packet that was checked last: 0 to 255, the same for all packets between two addresses of one
     * protocol and, where they are seen, between two ports.
     */
    int flow(ByteBuf buf) {
        return version(buf) == Ipv4Header.VERSION ? flowV4(buf) : flowV6(buf);
    }

    private int flowV4(ByteBuf buf) {
        int ports = ipv4.isFragment() ? 0 : ports(buf, ipv4.protocol(), ipv4.payloadAt());
        return mix(ipv4.source(), ipv4.destination(), ipv4.protocol(), ports);
    }

    private int flowV6(ByteBuf buf) {
        return mix(Long.hashCode(ipv6.sourceHigh() * SPREAD + ipv6.sourceLow()),
                Long.hashCode(ipv6.destinationHigh() * SPREAD + ipv6.destinationLow()), ipv6.nextHeader(),
                ports(buf, ipv6.nextHeader(), ipv6.payloadAt()));
    }

    private static int ports(ByteBuf buf, int protocol, int at) {
        boolean has = protocol == IpProtocol.TCP || protocol == IpProtocol.UDP;
        return has && buf.writerIndex() - at >= PORTS_LENGTH ? buf.getInt(at) : 0;
    }

    private static int mix(int source, int destination, int protocol, int ports) {
        int hash = source * SPREAD + destination;
        hash = hash * SPREAD + protocol;
        hash = (hash ^ hash >>> 15) * SPREAD + ports;
        return (hash ^ hash >>> 15) * SPREAD >>> Integer.SIZE - FLOW_BITS;
    }
}
