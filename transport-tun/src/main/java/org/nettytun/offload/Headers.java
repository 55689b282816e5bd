package org.nettytun.offload;

import io.netty.buffer.ByteBuf;
import org.nettytun.packet.InternetChecksum;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.packet.Ipv6Payload;
import org.nettytun.packet.TcpHeader;
import org.nettytun.packet.UdpHeader;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/** The IP header and the TCP or UDP header of one packet, found together. One thread; {@link #find} again for each. */
final class Headers {
    /** Where a TCP header has its checksum. */
    static final int TCP_CHECKSUM = 16;
    /** Where a UDP header has its checksum. */
    static final int UDP_CHECKSUM = 6;

    final Ipv4Header ipv4 = new Ipv4Header();
    final Ipv6Header ipv6 = new Ipv6Header();
    final TcpHeader tcp = new TcpHeader();
    final UdpHeader udp = new UdpHeader();
    private final Ipv6Payload payload = new Ipv6Payload();

    ByteBuf buf;
    int at;
    boolean isIpv6;
    int protocol;
    /** Index of the transport header; in a fragment, of what is there instead. */
    int transportAt;
    /** Index of the first byte behind the transport header. */
    int payloadAt;
    /** Index of the first byte behind the packet. */
    int end;
    boolean isFragment;

    /**
     * @param available bytes of the packet from index {@code start} on
     * @return what is wrong with a header, or {@link DropReason#NONE}; then {@link #isSegment} says whether all was
     *         found
     */
    DropReason find(ByteBuf packet, int start, int available) {
        buf = packet;
        at = start;
        if (available == 0) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        isIpv6 = packet.getUnsignedByte(start) >>> 4 == Ipv6Header.VERSION;
        DropReason wrong = isIpv6 ? findIpv6(available) : findIpv4(available);
        if (wrong != DropReason.NONE || isFragment) {
            return wrong;
        }
        if (protocol == IpProtocol.TCP) {
            wrong = tcp.wrap(buf, transportAt).check(transportLength());
            payloadAt = wrong == DropReason.NONE ? tcp.payloadAt() : transportAt;
        } else if (protocol == IpProtocol.UDP) {
            wrong = udp.wrap(buf, transportAt).check(transportLength());
            payloadAt = transportAt + UdpHeader.LENGTH;
        }
        return wrong;
    }

    private DropReason findIpv4(int available) {
        DropReason wrong = ipv4.wrap(buf, at).check(available);
        if (wrong == DropReason.NONE) {
            protocol = ipv4.protocol();
            isFragment = ipv4.isFragment();
            transportAt = ipv4.payloadAt();
            payloadAt = transportAt;
            end = at + ipv4.totalLength();
        }
        return wrong;
    }

    private DropReason findIpv6(int available) {
        DropReason wrong = ipv6.wrap(buf, at).check(available);
        if (wrong == DropReason.NONE) {
            wrong = payload.find(ipv6, buf);
            protocol = payload.protocol();
            isFragment = payload.isFragment();
            transportAt = payload.at();
            payloadAt = transportAt;
            end = at + ipv6.totalLength();
        }
        return wrong;
    }

    /** Whether it is a whole TCP segment or UDP datagram. */
    boolean isSegment() {
        return !isFragment && (protocol == IpProtocol.TCP || protocol == IpProtocol.UDP);
    }

    boolean isTcp() {
        return protocol == IpProtocol.TCP;
    }

    /** Bytes of all headers. */
    int length() {
        return payloadAt - at;
    }

    int transportLength() {
        return end - transportAt;
    }

    int payloadLength() {
        return end - payloadAt;
    }

    int checksumOffset() {
        return isTcp() ? TCP_CHECKSUM : UDP_CHECKSUM;
    }

    long pseudoHeader(int length) {
        return isIpv6 ? InternetChecksum.pseudoHeader(ipv6, protocol, length)
                : InternetChecksum.pseudoHeader(ipv4, protocol, length);
    }
}
