package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/**
 * One IPv6 header, seen in place: owns no bytes, copies none. Belongs to one event loop; a handler keeps one and
 * {@link #wrap wraps} it again for each packet. What follows it is walked by {@link Ipv6Payload}.
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |Version| Traffic Class |              Flow Label               |  0
 * |         Payload Length        |  Next Header  |   Hop Limit   |  4
 * |                   Source Address (16 bytes)                   |  8
 * |                Destination Address (16 bytes)                 | 24
 * </pre>
 * Source: RFC 8200, section 3. No jumbograms (RFC 2675): a packet whose payload length is 0 ends with its header.
 */
public final class Ipv6Header {
    /** Bytes of the header, always: options follow it in headers of their own. */
    public static final int LENGTH = 40;
    /** What {@link #version()} is. */
    public static final int VERSION = 6;

    private static final int FLOW = 0;
    private static final int PAYLOAD_LENGTH = 4;
    private static final int NEXT_HEADER = 6;
    private static final int HOP_LIMIT = 7;
    private static final int SOURCE = 8;
    private static final int DESTINATION = 24;

    private static final int FLOW_LABEL_MASK = 0xfffff;
    private static final int DEFAULT_HOP_LIMIT = 64;

    private ByteBuf buf;
    private int at;

    /** A view of nothing yet: {@link #wrap} it around a packet. */
    public Ipv6Header() {
    }

    /** Points this view at the packet that begins at index {@code at}. Reads nothing. */
    public Ipv6Header wrap(ByteBuf buf, int at) {
        this.buf = buf;
        this.at = at;
        return this;
    }

    /**
     * Says what is wrong, or {@link DropReason#NONE}. After {@code NONE} no getter reads outside the packet, until
     * someone changes the length field.
     *
     * @param available bytes of the packet from {@code at} on; more than {@link #totalLength()} is legal
     */
    public DropReason check(int available) {
        if (available < LENGTH) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        if (version() != VERSION) {
            return KernelDropReason.INVALID_PROTO;
        }
        return totalLength() > available ? KernelDropReason.PKT_TOO_SMALL : DropReason.NONE;
    }

    /** 6 once checked. */
    public int version() {
        return buf.getUnsignedByte(at) >>> 4;
    }

    /** DSCP and ECN. */
    public int trafficClass() {
        return buf.getInt(at + FLOW) >>> 20 & 0xff;
    }

    /** 20 bits. */
    public int flowLabel() {
        return buf.getInt(at + FLOW) & FLOW_LABEL_MASK;
    }

    /** Bytes after this header, extension headers included. */
    public int payloadLength() {
        return buf.getUnsignedShort(at + PAYLOAD_LENGTH);
    }

    /** Bytes, header included: at most 65575, 40 more than an IPv4 packet can have. */
    public int totalLength() {
        return LENGTH + payloadLength();
    }

    /** What follows, by its {@link IpProtocol} number: a payload or an extension header. */
    public int nextHeader() {
        return buf.getUnsignedByte(at + NEXT_HEADER);
    }

    /** Hops left. */
    public int hopLimit() {
        return buf.getUnsignedByte(at + HOP_LIMIT);
    }

    /** The upper 64 address bits: of fd07::1 {@code 0xfd07000000000000L}. */
    public long sourceHigh() {
        return buf.getLong(at + SOURCE);
    }

    /** The lower 64 address bits: of fd07::1 {@code 1}. */
    public long sourceLow() {
        return buf.getLong(at + SOURCE + Long.BYTES);
    }

    /** The upper 64 address bits: of fd07::1 {@code 0xfd07000000000000L}. */
    public long destinationHigh() {
        return buf.getLong(at + DESTINATION);
    }

    /** The lower 64 address bits: of fd07::1 {@code 1}. */
    public long destinationLow() {
        return buf.getLong(at + DESTINATION + Long.BYTES);
    }

    /** Index of the first byte after this header. */
    public int payloadAt() {
        return at + LENGTH;
    }

    /**
     * Writes the 8 bytes before the addresses: hop limit 64, traffic class and flow label zero. Set both addresses, and
     * what else is needed.
     */
    public Ipv6Header write(int payloadLength, int nextHeader) {
        buf.setInt(at + FLOW, VERSION << 28);
        buf.setByte(at + HOP_LIMIT, DEFAULT_HOP_LIMIT);
        return payload(payloadLength, nextHeader);
    }

    /** Sets the bytes after this header, and what they begin with. */
    public Ipv6Header payload(int payloadLength, int nextHeader) {
        buf.setShort(at + PAYLOAD_LENGTH, payloadLength);
        buf.setByte(at + NEXT_HEADER, nextHeader);
        return this;
    }

    /** Sets traffic class and flow label together, for they share a word. */
    public Ipv6Header flow(int trafficClass, int flowLabel) {
        buf.setInt(at + FLOW, VERSION << 28 | trafficClass << 20 | flowLabel);
        return this;
    }

    /** Sets the hops left; {@link #decrementHopLimit()} is the router's way. */
    public Ipv6Header hopLimit(int hopLimit) {
        buf.setByte(at + HOP_LIMIT, hopLimit);
        return this;
    }

    /** Sets the source address, upper and lower 64 bits. */
    public Ipv6Header source(long high, long low) {
        buf.setLong(at + SOURCE, high);
        buf.setLong(at + SOURCE + Long.BYTES, low);
        return this;
    }

    /** Sets the destination address, upper and lower 64 bits. */
    public Ipv6Header destination(long high, long low) {
        buf.setLong(at + DESTINATION, high);
        buf.setLong(at + DESTINATION + Long.BYTES, low);
        return this;
    }

    /** Exchanges source and destination. No checksum notices: a sum does not depend on the order. */
    public Ipv6Header swapAddresses() {
        long high = sourceHigh();
        long low = sourceLow();
        return source(destinationHigh(), destinationLow()).destination(high, low);
    }

    /** One hop fewer; no checksum covers it. Needs {@code hopLimit() > 0}. */
    public void decrementHopLimit() {
        buf.setByte(at + HOP_LIMIT, hopLimit() - 1);
    }
}
