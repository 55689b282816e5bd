package org.nettytun.offload;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.packet.InternetChecksum;
import org.nettytun.packet.TcpHeader;
import org.nettytun.stats.DropReason;

/**
 * One packet of a flush, and those that were merged behind it. Belongs to its {@link GroMerger}; valid until that is
 * cleared.
 */
public final class GroPacket {
    /** Packets in one super-packet, at most: the kernel's {@code UDP_GRO_CNT_MAX}. */
    public static final int MAX_SEGMENTS = 64;
    /** Bytes of a super-packet, headers included, at most: what an IPv4 length field can say. */
    public static final int MAX_LENGTH = 65535;

    private static final int IPV4_TOTAL_LENGTH = 2;
    private static final int IPV4_CHECKSUM = 10;
    private static final int IPV6_PAYLOAD_LENGTH = 4;
    private static final int TCP_FLAGS = 13;
    private static final int UDP_LENGTH = 4;

    PacketBuf buf;
    int at;
    boolean isIpv6;
    boolean isTcp;
    int transportAt;

    private int index;
    private int length;
    private int payloadAt;
    private int payloadLength;
    private boolean fragment;
    private boolean found;
    private boolean mergeable;
    private boolean verified;
    private boolean complete;
    private long pseudoHeader;
    private GroPacket next;
    private GroPacket last;
    private int segments;
    private int payloads;

    GroPacket() {
        // look brings all
    }

    /** One that is sent as it is. */
    void take(PacketBuf packet, int place) {
        index = place;
        buf = packet;
        at = packet.readerIndex();
        length = packet.readableBytes();
        next = null;
        last = this;
        segments = 1;
        fragment = false;
        found = false;
        mergeable = false;
        payloadLength = 0;
        payloads = 0;
    }

    /** One that may go with others. */
    void look(PacketBuf packet, Headers headers, int place) {
        take(packet, place);
        if (headers.find(packet, at, length) != DropReason.NONE) {
            return;
        }
        fragment = headers.isFragment;
        found = headers.isSegment();
        if (found) {
            PacketMetadata metadata = packet.metadata();
            mergeable = GroRules.canMerge(headers, length, metadata);
            isIpv6 = headers.isIpv6;
            isTcp = headers.isTcp();
            transportAt = headers.transportAt;
            payloadAt = headers.payloadAt;
            payloadLength = headers.payloadLength();
            payloads = payloadLength;
            verified = metadata.needsChecksum() || metadata.dataValid();
            pseudoHeader = headers.pseudoHeader(0);
            complete = isTcp && (headers.tcp.flags() & GroRules.LAST_FLAGS) != 0;
        }
    }

    boolean isFragment() {
        return fragment;
    }

    /** Whether it has ports. */
    boolean hasFlow() {
        return found;
    }

    /** Whether something may still be appended. */
    boolean isOpen() {
        return mergeable && !complete;
    }

    /** @return whether {@code other}, the next of this flow, is now part of this */
    boolean append(GroPacket other) {
        if (!other.mergeable || other.payloadLength > payloadLength || length() + other.payloadLength > MAX_LENGTH
                || !GroRules.continues(this, other) || !verify() || !other.verify()) {
            return false;
        }
        last.next = other;
        last = other;
        segments++;
        payloads += other.payloadLength;
        complete = other.complete || other.payloadLength < payloadLength || segments == MAX_SEGMENTS;
        return true;
    }

    /** Only what is about to be merged is looked at. What is wrong is left to the receiver, who would see it. */
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

    int payloads() {
        return payloads;
    }

    /** As how many-th it was added, from 0. */
    public int index() {
        return index;
    }

    /** How many packets it is made of; 1 for one that is sent as it is. */
    public int segments() {
        return segments;
    }

    /** Bytes of all together, headers once. */
    public int length() {
        return length + payloads - payloadLength;
    }

    /** Bytes of all headers. Of a super-packet. */
    public int headerLength() {
        return payloadAt - at;
    }

    /** The first of them, as it was added. */
    public PacketBuf packet() {
        return buf;
    }

    /** The one that was merged behind this one; {@code null} at the end. */
    public GroPacket next() {
        return next;
    }

    /** Index in {@link #packet()} of its payload. Of a super-packet and its parts. */
    public int payloadAt() {
        return payloadAt;
    }

    /** Bytes of its own payload. Of a super-packet and its parts. */
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
            into.setShort(start + IPV6_PAYLOAD_LENGTH, transportLength);
        } else {
            into.setShort(start + IPV4_TOTAL_LENGTH, headers + payloads);
            into.setShort(start + IPV4_CHECKSUM, 0);
            into.setShort(start + IPV4_CHECKSUM, InternetChecksum.of(into, start, transport - start));
        }
        if (isTcp) {
            into.setByte(transport + TCP_FLAGS, flags() | last.flags() & GroRules.LAST_FLAGS);
        } else {
            into.setShort(transport + UDP_LENGTH, transportLength);
        }
        int checksum = isTcp ? Headers.TCP_CHECKSUM : Headers.UDP_CHECKSUM;
        into.setShort(transport + checksum, ~InternetChecksum.fold(pseudoHeader + transportLength));
        metadata.clear().start(start).partialChecksum(transportAt - at, checksum)
                .gso(gsoType(), isTcp && (flags() & TcpHeader.CWR) != 0, payloadLength, headers);
    }

    /** What the kernel would split it into. Of a super-packet. */
    public GsoType gsoType() {
        return !isTcp ? GsoType.UDP_L4 : isIpv6 ? GsoType.TCP6 : GsoType.TCP4;
    }

    private int flags() {
        return buf.getUnsignedByte(transportAt + TCP_FLAGS);
    }
}
