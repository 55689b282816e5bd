package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/**
 * One IPv6 fragment header, seen in place: owns no bytes, copies none. Belongs to one event loop; a handler keeps one
 * and {@link #wrap wraps} it again for each packet.
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |  Next Header  |   Reserved    |      Fragment Offset    |Res|M|  0
 * |                         Identification                        |  4
 * </pre>
 * Source: RFC 8200, section 4.5.
 */
public final class Ipv6Fragment {
    /** Bytes of the header. */
    public static final int LENGTH = 8;

    private static final int OFFSET_FLAGS = 2;
    private static final int IDENTIFICATION = 4;
    private static final int OFFSET_MASK = 0xfff8;
    private static final int MORE_FRAGMENTS = 1;

    private ByteBuf buf;
    private int at;

    /** A view of nothing yet: {@link #wrap} it around a packet. */
    public Ipv6Fragment() {
    }

    /** Points this view at the header that begins at index {@code at}. Reads nothing. */
    public Ipv6Fragment wrap(ByteBuf buf, int at) {
        this.buf = buf;
        this.at = at;
        return this;
    }

    /**
     * Says what is wrong, or {@link DropReason#NONE}.
     *
     * @param available bytes of the packet from {@code at} on
     */
    public DropReason check(int available) {
        return available < LENGTH ? KernelDropReason.PKT_TOO_SMALL : DropReason.NONE;
    }

    /** What the fragmented part begins with, by its {@link IpProtocol} number. */
    public int nextHeader() {
        return buf.getUnsignedByte(at);
    }

    /** Where this piece begins in the fragmented part, in bytes; a multiple of 8. */
    public int offset() {
        return buf.getUnsignedShort(at + OFFSET_FLAGS) & OFFSET_MASK;
    }

    /** Whether pieces follow. */
    public boolean moreFragments() {
        return (buf.getUnsignedShort(at + OFFSET_FLAGS) & MORE_FRAGMENTS) != 0;
    }

    /** The same in all fragments of one packet. */
    public int identification() {
        return buf.getInt(at + IDENTIFICATION);
    }

    /** Index of the first byte behind this header. */
    public int payloadAt() {
        return at + LENGTH;
    }

    /**
     * Writes all 8 bytes.
     *
     * @param offset bytes, a multiple of 8
     */
    public Ipv6Fragment write(int nextHeader, int offset, boolean moreFragments, int identification) {
        buf.setByte(at, nextHeader);
        buf.setByte(at + 1, 0);
        buf.setShort(at + OFFSET_FLAGS, offset | (moreFragments ? MORE_FRAGMENTS : 0));
        buf.setInt(at + IDENTIFICATION, identification);
        return this;
    }
}
