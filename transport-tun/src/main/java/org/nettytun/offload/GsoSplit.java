package org.nettytun.offload;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.packet.InternetChecksum;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.packet.TcpHeader;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/**
 * What a super-packet is split into: {@link #start} looks at one, then each segment can be {@link #write written}, in
 * any order. The super-packet is not changed. One thread; keep one, and start it again for each super-packet.
 *
 * <p>As the kernel does it: the sequence number goes on, FIN and PSH stay on the last segment and CWR on the first, the
 * IPv4 identification counts up, lengths and checksums are each segment's own, all else is copied.
 *
 * @see <a href="https://elixir.bootlin.com/linux/v6.12/source/net/ipv4/tcp_offload.c">tcp_gso_segment, v6.12</a>
 * @see <a href="https://elixir.bootlin.com/linux/v6.12/source/net/ipv4/udp_offload.c">__udp_gso_segment, v6.12</a>
 */
public final class GsoSplit {
    /** Least payload of a TCP segment: the kernel's {@code TCP_MIN_GSO_SIZE}. */
    static final int MIN_TCP_SIZE = 8;
    /** Datagrams at most: the kernel's {@code UDP_MAX_SEGMENTS}. */
    static final int MAX_DATAGRAMS = 128;

    private static final int IPV4_TOTAL_LENGTH = 2;
    private static final int IPV4_IDENTIFICATION = 4;
    private static final int IPV4_FLAGS = 6;
    private static final int IPV4_CHECKSUM = 10;
    private static final int IPV4_ADDRESSES = 12;
    private static final int IPV6_PAYLOAD_LENGTH = 4;
    private static final int TCP_SEQUENCE = 4;
    private static final int TCP_ACKNOWLEDGMENT = 8;
    private static final int TCP_OFFSET_FLAGS = 12;
    private static final int TCP_URGENT_POINTER = 18;
    private static final int UDP_LENGTH = 4;

    private final Headers headers = new Headers();
    private int size;
    private int segments;
    private long ipSum;
    private long transportSum;

    /** Of nothing yet: {@link #start} it. */
    public GsoSplit() {
        // start brings all
    }

    /**
     * Looks at a super-packet, which must stay as it is until all segments are written.
     *
     * @param packet readable from its first byte to its last
     * @return {@link DropReason#NONE}; or {@code SKB_BAD_GSO}, {@code DEV_HDR} if the metadata are of another packet
     *         start, or what is wrong with a header, and then there are no segments
     */
    public DropReason start(PacketBuf packet) {
        segments = 0;
        PacketMetadata metadata = packet.metadata();
        if (metadata.start() != packet.readerIndex()) {
            return KernelDropReason.DEV_HDR;
        }
        DropReason wrong = headers.find(packet, packet.readerIndex(), packet.readableBytes());
        if (wrong != DropReason.NONE) {
            return wrong;
        }
        if (!fits(metadata)) {
            return KernelDropReason.SKB_BAD_GSO;
        }
        size = metadata.gsoSize();
        segments = Math.max(1, (headers.payloadLength() + size - 1) / size);
        if (!headers.isTcp() && segments > MAX_DATAGRAMS) {
            segments = 0;
            return KernelDropReason.SKB_BAD_GSO;
        }
        sum();
        return DropReason.NONE;
    }

    /** Whether metadata and headers go together, by the kernel's rules for what is written to a tun device. */
    private boolean fits(PacketMetadata metadata) {
        if (!headers.isSegment()) {
            return false;
        }
        boolean right = switch (metadata.gsoType()) {
            case TCP4 -> headers.isTcp() && !headers.isIpv6 && metadata.gsoSize() >= MIN_TCP_SIZE;
            case TCP6 -> headers.isTcp() && headers.isIpv6 && metadata.gsoSize() >= MIN_TCP_SIZE;
            case UDP_L4 -> !headers.isTcp() && metadata.gsoSize() > 0 && metadata.needsChecksum();
            case NONE -> false;
        };
        return right && (!metadata.needsChecksum() || metadata.checksumOffset() == headers.checksumOffset()
                && metadata.checksumStart() == headers.transportAt - headers.at);
    }

    /** What all segments have in common, summed up once. */
    private void sum() {
        ByteBuf packet = headers.buf;
        int at = headers.at;
        int transport = headers.transportAt;
        ipSum = headers.isIpv6 ? 0
                : packet.getUnsignedShort(at) + packet.getUnsignedInt(at + IPV4_FLAGS)
                + InternetChecksum.sum(packet, at + IPV4_ADDRESSES, transport - at - IPV4_ADDRESSES);
        transportSum = headers.pseudoHeader(0) + packet.getUnsignedInt(transport);
        if (headers.isTcp()) {
            transportSum += packet.getUnsignedInt(transport + TCP_ACKNOWLEDGMENT) + headers.tcp.window()
                    + InternetChecksum.sum(packet, transport + TCP_URGENT_POINTER,
                    headers.payloadAt - transport - TCP_URGENT_POINTER);
        }
    }

    /** How many it becomes; 1 for one that is no longer than a segment. */
    public int segments() {
        return segments;
    }

    /** Bytes of the longest segment, headers included. */
    public int longest() {
        return headers.length() + Math.min(size, headers.payloadLength());
    }

    /** Bytes of that segment, headers included. */
    public int length(int segment) {
        return headers.length() + Math.min(size, headers.payloadLength() - segment * size);
    }

    /**
     * Appends one segment, checksums finished, to {@code into}.
     *
     * @param segment from 0 to {@link #segments()} - 1
     * @param into    with at least {@link #longest()} writable bytes
     */
    public void write(int segment, ByteBuf into) {
        int from = headers.payloadAt + segment * size;
        int length = Math.min(size, headers.end - from);
        int at = into.writerIndex();
        into.writeBytes(headers.buf, headers.at, headers.length());
        into.writeBytes(headers.buf, from, length);
        int transport = at + headers.transportAt - headers.at;
        int transportLength = into.writerIndex() - transport;
        long payloadSum = InternetChecksum.sum(headers.buf, from, length);
        if (headers.isIpv6) {
            into.setShort(at + IPV6_PAYLOAD_LENGTH, into.writerIndex() - at - Ipv6Header.LENGTH);
        } else {
            writeIpv4(segment, into, at);
        }
        if (headers.isTcp()) {
            writeTcp(segment, into, transport, transportLength + payloadSum);
        } else {
            writeUdp(into, transport, transportLength, payloadSum);
        }
    }

    private void writeIpv4(int segment, ByteBuf into, int at) {
        int length = into.writerIndex() - at;
        int identification = headers.ipv4.identification() + segment & 0xffff;
        into.setShort(at + IPV4_TOTAL_LENGTH, length);
        into.setShort(at + IPV4_IDENTIFICATION, identification);
        into.setShort(at + IPV4_CHECKSUM, InternetChecksum.fold(ipSum + length + identification));
    }

    private void writeTcp(int segment, ByteBuf into, int at, long sum) {
        int sequence = headers.tcp.sequence() + segment * size;
        int flags = headers.buf.getUnsignedShort(headers.transportAt + TCP_OFFSET_FLAGS);
        if (segment > 0) {
            flags &= ~TcpHeader.CWR;
        }
        if (segment < segments - 1) {
            flags &= ~(TcpHeader.FIN | TcpHeader.PSH);
        }
        into.setInt(at + TCP_SEQUENCE, sequence);
        into.setShort(at + TCP_OFFSET_FLAGS, flags);
        into.setShort(at + Headers.TCP_CHECKSUM,
                InternetChecksum.fold(transportSum + (sequence & 0xffffffffL) + flags + sum));
    }

    private void writeUdp(ByteBuf into, int at, int length, long payloadSum) {
        int checksum = InternetChecksum.fold(transportSum + 2L * length + payloadSum);   // in both headers
        into.setShort(at + UDP_LENGTH, length);
        into.setShort(at + Headers.UDP_CHECKSUM, checksum == 0 ? 0xffff : checksum);
    }
}
