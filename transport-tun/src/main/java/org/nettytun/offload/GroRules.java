package org.nettytun.offload;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.packet.TcpHeader;

/**
 * Which packets may be merged, by fields of their headers alone; payloads and checksums are not looked at. Any thread;
 * holds nothing.
 *
 * @see <a href="https://elixir.bootlin.com/linux/v6.12/source/net/ipv4/af_inet.c">inet_gro_receive, v6.12</a>
 * @see <a href="https://elixir.bootlin.com/linux/v6.12/source/net/ipv4/tcp_offload.c">tcp_gro_receive, v6.12</a>
 * @see <a href="https://elixir.bootlin.com/linux/v6.12/source/net/ipv4/udp_offload.c">udp_gro_receive, v6.12</a>
 */
final class GroRules {
    /** Flags that only the last of a super-packet may have. */
    static final int LAST_FLAGS = TcpHeader.FIN | TcpHeader.PSH;
    /** With one of these it is sent alone. */
    private static final int LONE_FLAGS = TcpHeader.SYN | TcpHeader.RST | TcpHeader.URG;

    private static final int IPV4_LENGTH = 20;
    private static final int IPV4_SERVICE = 1;
    private static final int IPV4_IDENTIFICATION = 4;
    private static final int IPV4_FRAGMENT = 6;
    private static final int IPV4_TIME_TO_LIVE = 8;
    private static final int IPV4_ADDRESSES = 12;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int IPV6_LENGTH = 40;
    private static final int IPV6_HOP_LIMIT = 7;
    private static final int IPV6_ADDRESSES = 8;
    private static final int TCP_SEQUENCE = 4;
    private static final int TCP_ACKNOWLEDGMENT = 8;
    /** Data offset, flags and window. */
    private static final int TCP_FLAGS_WORD = 12;
    private static final int FLAGS_SHIFT = 16;

    private GroRules() {
    }

    /** Whether it may be part of a super-packet at all. */
    static boolean canMerge(Headers headers, int length, PacketMetadata metadata) {
        return headers.end - headers.at == length && isPlain(headers) && owesNoMoreThanItsChecksum(headers, metadata)
                && (headers.isTcp()
                ? (headers.tcp.flags() & LONE_FLAGS) == 0 && headers.payloadLength() >= GsoSplit.MIN_TCP_SIZE
                : headers.udp.checksum() != 0 && headers.payloadLength() > 0
                && headers.udp.length() == headers.transportLength());
    }

    /** No options, no extension headers, no flag but DF. */
    private static boolean isPlain(Headers headers) {
        int ipLength = headers.transportAt - headers.at;
        return headers.isIpv6 ? ipLength == IPV6_LENGTH : ipLength == IPV4_LENGTH
                && (headers.buf.getUnsignedShort(headers.at + IPV4_FRAGMENT) & ~DONT_FRAGMENT) == 0;
    }

    private static boolean owesNoMoreThanItsChecksum(Headers headers, PacketMetadata metadata) {
        return metadata.gsoType() == GsoType.NONE && (!metadata.needsChecksum()
                || metadata.start() == headers.at && metadata.checksumStart() == headers.transportAt - headers.at
                && metadata.checksumOffset() == headers.checksumOffset());
    }

    static int flowHash(GroPacket packet) {
        int hash = packet.buf.getInt(packet.transportAt) + (packet.isTcp ? 1 : 0);
        int end = packet.at + (packet.isIpv6 ? IPV6_LENGTH : IPV4_LENGTH);
        for (int i = packet.at + addresses(packet); i < end; i += Integer.BYTES) {
            hash = hash * 31 + packet.buf.getInt(i);
        }
        return hash * 0x9e3779b1 >>> 16;   // the golden ratio: the upper bits depend on all
    }

    private static int addresses(GroPacket packet) {
        return packet.isIpv6 ? IPV6_ADDRESSES : IPV4_ADDRESSES;
    }

    /** Same addresses, protocol and ports. */
    static boolean isSameFlow(GroPacket first, GroPacket next) {
        int addresses = addresses(first);
        return first.isIpv6 == next.isIpv6 && first.isTcp == next.isTcp
                && first.buf.getInt(first.transportAt) == next.buf.getInt(next.transportAt)
                && isEqual(first, next, addresses, (first.isIpv6 ? IPV6_LENGTH : IPV4_LENGTH) - addresses);
    }

    /** Whether {@code next}, of the same flow, goes on where the super-packet that {@code first} begins has ended. */
    static boolean continues(GroPacket first, GroPacket next) {
        return (first.isIpv6 ? ipv6Continues(first, next) : ipv4Continues(first, next))
                && (!first.isTcp || tcpContinues(first, next));
    }

    private static boolean ipv6Continues(GroPacket first, GroPacket next) {
        return isEqual(first, next, 0, Integer.BYTES)   // traffic class, flow label
                && first.buf.getByte(first.at + IPV6_HOP_LIMIT) == next.buf.getByte(next.at + IPV6_HOP_LIMIT);
    }

    private static boolean ipv4Continues(GroPacket first, GroPacket next) {
        ByteBuf one = first.buf;
        ByteBuf two = next.buf;
        int fragment = one.getUnsignedShort(first.at + IPV4_FRAGMENT);
        int identification = one.getUnsignedShort(first.at + IPV4_IDENTIFICATION) + first.segments() & 0xffff;
        return fragment == two.getUnsignedShort(next.at + IPV4_FRAGMENT)
                && (fragment == DONT_FRAGMENT
                || identification == two.getUnsignedShort(next.at + IPV4_IDENTIFICATION))
                && one.getByte(first.at + IPV4_SERVICE) == two.getByte(next.at + IPV4_SERVICE)
                && one.getByte(first.at + IPV4_TIME_TO_LIVE) == two.getByte(next.at + IPV4_TIME_TO_LIVE);
    }

    private static boolean tcpContinues(GroPacket first, GroPacket next) {
        int transport = first.transportAt - first.at;
        int word = first.buf.getInt(first.transportAt + TCP_FLAGS_WORD);
        int nextWord = next.buf.getInt(next.transportAt + TCP_FLAGS_WORD);
        int mayDiffer = (LAST_FLAGS | TcpHeader.CWR) << FLAGS_SHIFT;
        int sequence = first.buf.getInt(first.transportAt + TCP_SEQUENCE) + first.payloads();
        return sequence == next.buf.getInt(next.transportAt + TCP_SEQUENCE)
                && (nextWord & TcpHeader.CWR << FLAGS_SHIFT) == 0
                && (word & ~mayDiffer) == (nextWord & ~mayDiffer)
                && isEqual(first, next, transport + TCP_ACKNOWLEDGMENT, Integer.BYTES)
                && isEqual(first, next, transport + TcpHeader.MIN_LENGTH,
                first.headerLength() - transport - TcpHeader.MIN_LENGTH);
    }

    /** @param offset from the packet's start; @param bytes a multiple of 4 */
    private static boolean isEqual(GroPacket first, GroPacket next, int offset, int bytes) {
        for (int i = offset; i < offset + bytes; i += Integer.BYTES) {
            if (first.buf.getInt(first.at + i) != next.buf.getInt(next.at + i)) {
                return false;
            }
        }
        return true;
    }
}
