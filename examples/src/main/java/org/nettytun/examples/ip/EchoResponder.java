package org.nettytun.examples.ip;

import io.netty.buffer.ByteBuf;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/**
 * Makes an echo request its own answer, in place: needs the only reference to the packet. Belongs to one event loop.
 * There is no reassembly: a fragmented request is {@code IP_NOPROTO}, like all that is no echo request.
 */
public final class EchoResponder {
    private static final int HOPS = 64;

    private final IcmpHeader icmp = new IcmpHeader();

    /** One for each event loop. */
    public EchoResponder() {
    }

    /**
     * @param ip a header that was checked, of a packet that starts at the reader index of {@code packet}
     * @return {@link DropReason#NONE} if the packet is the answer now, ready to be sent; else it is as it was
     */
    public DropReason answer(Ipv4Header ip, ByteBuf packet) {
        if (ip.protocol() != IpProtocol.ICMP || ip.isFragment()) {
            return KernelDropReason.IP_NOPROTO;
        }
        DropReason bad = icmp.wrap(packet, ip.payloadAt()).check(ip.payloadLength());
        if (bad != DropReason.NONE) {
            return bad;
        }
        if (!icmp.checksumValid(ip.payloadLength())) {
            return KernelDropReason.ICMP_CSUM;
        }
        if (icmp.type() != IcmpHeader.ECHO_V4) {
            return KernelDropReason.IP_NOPROTO;
        }
        icmp.toReply(IcmpHeader.ECHO_REPLY_V4);
        ip.swapAddresses().timeToLive(HOPS).updateChecksum();
        return DropReason.NONE;
    }

    /** @see #answer(Ipv4Header, ByteBuf) */
    public DropReason answer(Ipv6Header ip, ByteBuf packet) {
        // Behind extension headers nobody looks: real pings have none, and an answer would have to leave them out.
        if (ip.nextHeader() != IpProtocol.ICMPV6) {
            return KernelDropReason.IP_NOPROTO;
        }
        DropReason bad = icmp.wrap(packet, ip.payloadAt()).check(ip.payloadLength());
        if (bad != DropReason.NONE) {
            return bad;
        }
        if (!icmp.checksumValid(ip, ip.payloadLength())) {
            return KernelDropReason.ICMP_CSUM;
        }
        if (icmp.type() != IcmpHeader.ECHO_V6) {
            return KernelDropReason.IP_NOPROTO;
        }
        icmp.toReply(IcmpHeader.ECHO_REPLY_V6);
        ip.swapAddresses().hopLimit(HOPS);
        return DropReason.NONE;
    }
}
