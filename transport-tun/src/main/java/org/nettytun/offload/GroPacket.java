package org.nettytun.offload;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.packet.InternetChecksum;
import org.nettytun.packet.TcpHeader;
import org.nettytun.stats.DropReason;

/**
 * One packet of a flush, and those that were merged behind it. Belongs to its {@link GroMerger}; valid until that is
 * cleared.
 *
 * <p>It can be merged if it is a TCP segment or UDP datagram with payload, whole, right in its checksums, without IPv4
 * options, IPv6 extension headers or padding; TCP without SYN, RST and URG; UDP with a checksum. A packet is appended
 * to another if addresses, ports, TTL, type of service, DF, flow label, acknowledgment, window and TCP options are the
 * same, its sequence number goes on, its IPv4 identification does so, too, unless DF makes that meaningless (RFC 6864,
 * section 4.1), it is no longer than the first, and has no CWR. A shorter one, PSH and FIN end the super-packet.
 */
public final class GroPacket {
    /** Packets in one super-packet, at most: the kernel's {@code UDP_GRO_CNT_MAX}. */
    public static final int MAX_SEGMENTS = 64;
    /** Bytes of a super-packet, headers included, at most: what an IPv4 length field can say. */
    public static final int MAX_LENGTH = 65535;

    private static final int IPV4_LENGTH = 20;
    private static final int IPV6_LENGTH = 40;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int LAST_FLAGS = TcpHeader.FIN | TcpHeader.PSH;
    private static final int LONE_FLAGS = TcpHeader.SYN | TcpHeader.RST | TcpHeader.URG;

    private ByteBuf buf;
    private int at;
    private int length;
    private boolean isIpv6;
    private boolean isTcp;
    private int transportAt;
    private int payloadAt;
    private int payloadLength;
    private boolean found;
    private boolean barrier;
    private boolean mergeable;
    private boolean verified;
    private long pseudoHeader;

    private GroPacket next;
    private GroPacket last;
    private int segments;
    private int payloads;
    private boolean complete;

    GroPacket() {
        // look brings all
    }

    void look(ByteBuf packet, PacketMetadata metadata, Headers headers) {
        buf = packet;
        at = packet.readerIndex();
        length = packet.readableBytes();
        next = null;
        last = this;
        segments = 1;
        boolean wellFormed = headers.find(packet, at, length) == DropReason.NONE;
        barrier = wellFormed && headers.isFragment;
        found = wellFormed && headers.isSegment();
        mergeable = false;
        if (found) {
            isIpv6 = headers.isIpv6;
            isTcp = headers.isTcp();
            transportAt = headers.transportAt;
            payloadAt = headers.payloadAt;
            payloadLength = headers.payloadLength();
            payloads = payloadLength;
            mergeable = headers.end - at == length && canMerge(headers, metadata);
            verified = metadata.needsChecksum() || metadata.dataValid();
            pseudoHeader = headers.pseudoHeader(0);
            complete = isTcp && (headers.tcp.flags() & LAST_FLAGS) != 0;
        }
    }

    private boolean canMerge(Headers headers, PacketMetadata metadata) {
        if (metadata.gsoType() != GsoType.NONE || metadata.needsChecksum()
                && (metadata.checksumStart() != transportAt - at
                || metadata.checksumOffset() != headers.checksumOffset())) {
            return false;
        }
        boolean plainHeader = isIpv6 ? transportAt - at == IPV6_LENGTH
                : transportAt - at == IPV4_LENGTH && (buf.getUnsignedShort(at + 6) & ~DONT_FRAGMENT) == 0;
        if (!plainHeader) {
            return false;
        }
        return isTcp ? (headers.tcp.flags() & LONE_FLAGS) == 0 && payloadLength >= GsoSplit.MIN_TCP_SIZE
                : payloadLength > 0 && headers.udp.checksum() != 0
                && headers.udp.length() == headers.transportLength();
    }

    /** Whether no later packet may overtake it, whatever its flow. */
    boolean isBarrier() {
        return barrier;
    }

    /** Whether it has ports. */
    boolean hasFlow() {
        return found;
    }

    boolean isMergeable() {
        return mergeable;
    }

    boolean isComplete() {
        return complete;
    }

    int flowHash() {
        int hash = buf.getInt(transportAt);
        for (int i = addressesAt(); i < addressesEnd(); i += Integer.BYTES) {
            hash = hash * 31 + buf.getInt(i);
        }
        hash *= 0x9e3779b1;
        return hash >>> 16;
    }

    private int addressesAt() {
        return at + (isIpv6 ? 8 : 12);
    }

    private int addressesEnd() {
        return at + (isIpv6 ? IPV6_LENGTH : IPV4_LENGTH);
    }

    boolean isSameFlow(GroPacket other) {
        return isIpv6 == other.isIpv6 && isTcp == other.isTcp
                && buf.getInt(transportAt) == other.buf.getInt(other.transportAt)
                && isEqual(other, addressesAt() - at, addressesEnd() - addressesAt());
    }

    private boolean isEqual(GroPacket other, int offset, int bytes) {
        for (int i = offset; i < offset + bytes; i += Integer.BYTES) {
            if (buf.getInt(at + i) != other.buf.getInt(other.at + i)) {
                return false;
            }
        }
        return true;
    }

    /** @return whether {@code other}, of the same flow, is now part of this */
    boolean append(GroPacket other) {
        if (segments == MAX_SEGMENTS || length() + other.payloadLength > MAX_LENGTH
                || other.payloadLength > payloadLength || !ipContinues(other) || isTcp && !tcpContinues(other)
                || !verify() || !other.verify()) {
            return false;
        }
        last.next = other;
        last = other;
        segments++;
        payloads += other.payloadLength;
        complete = other.complete || other.payloadLength < payloadLength || segments == MAX_SEGMENTS;
        return true;
    }

    private boolean ipContinues(GroPacket other) {
        if (isIpv6) {   // version, traffic class, flow label; hop limit
            return buf.getInt(at) == other.buf.getInt(other.at)
                    && buf.getByte(at + 7) == other.buf.getByte(other.at + 7);
        }
        int before = buf.getInt(at + 4);
        int after = other.buf.getInt(other.at + 4);
        boolean sameFlags = (short) before == (short) after;
        boolean countsUp = (before >>> 16) + segments - (after >>> 16) << 16 == 0;
        return sameFlags && ((before & DONT_FRAGMENT) != 0 || countsUp)
                && buf.getByte(at + 1) == other.buf.getByte(other.at + 1)
                && buf.getByte(at + 8) == other.buf.getByte(other.at + 8);
    }

    private boolean tcpContinues(GroPacket other) {
        int before = transportAt - at;
        int flags = buf.getInt(transportAt + 12);   // data offset, flags, window
        int others = other.buf.getInt(other.transportAt + 12);
        return buf.getInt(transportAt + 4) + payloads == other.buf.getInt(other.transportAt + 4)
                && (others & TcpHeader.CWR << 16) == 0
                && ((flags ^ others) & ~((LAST_FLAGS | TcpHeader.CWR) << 16)) == 0
                && isEqual(other, before + 8, Integer.BYTES)
                && isEqual(other, before + TcpHeader.MIN_LENGTH, payloadAt - transportAt - TcpHeader.MIN_LENGTH);
    }

    /** Only what is about to be merged is looked at: a receiver could not tell who broke it. */
    private boolean verify() {
        if (!verified) {
            int transportLength = at + length - transportAt;
            verified = InternetChecksum.fold(pseudoHeader + transportLength
                    + InternetChecksum.sum(buf, transportAt, transportLength)) == 0;
            mergeable = verified;
        }
        return verified;
    }

    void forget() {
        buf = null;
        next = null;
        last = null;
    }

    /** How many packets it is made of; 1 for one that is sent as it is. */
    public int segments() {
        return segments;
    }

    /** Bytes, headers included. */
    public int length() {
        return length + payloads - payloadLength;
    }

    /** Bytes of all headers, which are sent once. Of a super-packet. */
    public int headerLength() {
        return payloadAt - at;
    }

    /** The first of them, as it was added. */
    public ByteBuf packet() {
        return buf;
    }

    /** The one that was merged behind this one; {@code null} at the end. */
    public GroPacket next() {
        return next;
    }

    /** Index in {@link #packet()} of its payload. */
    public int payloadAt() {
        return payloadAt;
    }

    /** Bytes of its own payload. */
    public int payloadLength() {
        return payloadLength;
    }

    /**
     * Appends the headers of the super-packet; behind them belong the payloads of this and all that follow.
     *
     * @param metadata is set to what it owes, a checksum and a split
     */
    public void writeHeaders(ByteBuf into, PacketMetadata metadata) {
        int start = into.writerIndex();
        int headers = headerLength();
        into.writeBytes(buf, at, headers);
        int transport = start + transportAt - at;
        int transportLength = payloadAt - transportAt + payloads;
        if (isIpv6) {
            into.setShort(start + 4, transportLength);
        } else {
            into.setShort(start + 2, headers + payloads);
            into.setShort(start + 10, 0);
            into.setShort(start + 10, InternetChecksum.of(into, start, IPV4_LENGTH));
        }
        int checksum = isTcp ? Headers.TCP_CHECKSUM : Headers.UDP_CHECKSUM;
        if (isTcp) {
            into.setByte(transport + 13, flags() | last.flags() & LAST_FLAGS);
        } else {
            into.setShort(transport + 4, transportLength);
        }
        into.setShort(transport + checksum, ~InternetChecksum.fold(pseudoHeader + transportLength));
        metadata.clear().start(start).partialChecksum(transportAt - at, checksum)
                .gso(isTcp ? isIpv6 ? GsoType.TCP6 : GsoType.TCP4 : GsoType.UDP_L4,
                        isTcp && (flags() & TcpHeader.CWR) != 0, payloadLength, headers);
    }

    private int flags() {
        return buf.getUnsignedByte(transportAt + 13);
    }
}
