package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/**
 * One IPv4 header, seen in place: owns no bytes, copies none. Belongs to one event loop; a handler keeps one and
 * {@link #wrap wraps} it again for each packet.
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |Version|  IHL  |    DSCP   |ECN|          Total Length         |  0
 * |         Identification        |Flags|      Fragment Offset    |  4
 * |  Time to Live |    Protocol   |        Header Checksum        |  8
 * |                        Source Address                         | 12
 * |                      Destination Address                      | 16
 * </pre>
 * Source: RFC 791, section 3.1.
 */
public final class Ipv4Header {
    /** Bytes of a header without options: the least legal {@link #headerLength()}. */
    public static final int MIN_LENGTH = 20;
    /** What {@link #version()} is. */
    public static final int VERSION = 4;

    private static final int VERSION_IHL = 0;
    private static final int TYPE_OF_SERVICE = 1;
    private static final int TOTAL_LENGTH = 2;
    private static final int IDENTIFICATION = 4;
    private static final int FLAGS_OFFSET = 6;
    private static final int TIME_TO_LIVE = 8;
    private static final int PROTOCOL = 9;
    private static final int CHECKSUM = 10;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;

    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int OFFSET_MASK = 0x1fff;
    private static final int DEFAULT_TIME_TO_LIVE = 64;

    private ByteBuf buf;
    private int at;

    /** A view of nothing yet: {@link #wrap} it around a packet. */
    public Ipv4Header() {
    }

    /** Points this view at the packet that begins at index {@code at}. Reads nothing. */
    public Ipv4Header wrap(ByteBuf buf, int at) {
        this.buf = buf;
        this.at = at;
        return this;
    }

    /**
     * Says what is wrong, or {@link DropReason#NONE}; in the kernel's order and with the kernel's names ({@code
     * ip_rcv_core}, v6.12), except that another version is {@code INVALID_PROTO}. After {@code NONE} no getter reads
     * outside the packet, until someone changes a length field.
     *
     * @param available bytes of the packet from {@code at} on; more than {@link #totalLength()} is legal
     */
    public DropReason check(int available) {
        if (available < MIN_LENGTH) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        if (version() != VERSION) {
            return KernelDropReason.INVALID_PROTO;
        }
        if (headerLength() < MIN_LENGTH) {
            return KernelDropReason.IP_INHDR;
        }
        if (headerLength() > available) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        if (!InternetChecksum.isValid(buf, at, headerLength())) {
            return KernelDropReason.IP_CSUM;
        }
        if (totalLength() > available) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        return totalLength() < headerLength() ? KernelDropReason.IP_INHDR : DropReason.NONE;
    }

    /** 4 once checked. */
    public int version() {
        return buf.getUnsignedByte(at + VERSION_IHL) >>> 4;
    }

    /** Bytes, options included; 20 to 60 once checked. */
    public int headerLength() {
        return (buf.getUnsignedByte(at + VERSION_IHL) & 0x0f) * 4;
    }

    /** DSCP and ECN, the whole octet. */
    public int typeOfService() {
        return buf.getUnsignedByte(at + TYPE_OF_SERVICE);
    }

    /** Bytes, header included. */
    public int totalLength() {
        return buf.getUnsignedShort(at + TOTAL_LENGTH);
    }

    /** The same in all fragments of one packet. */
    public int identification() {
        return buf.getUnsignedShort(at + IDENTIFICATION);
    }

    /** Whether no router may fragment it: DF. */
    public boolean dontFragment() {
        return (buf.getUnsignedShort(at + FLAGS_OFFSET) & DONT_FRAGMENT) != 0;
    }

    /** Whether fragments follow: MF. */
    public boolean moreFragments() {
        return (buf.getUnsignedShort(at + FLAGS_OFFSET) & MORE_FRAGMENTS) != 0;
    }

    /** Where this fragment's payload begins in the whole, in bytes; a multiple of 8. */
    public int fragmentOffset() {
        return (buf.getUnsignedShort(at + FLAGS_OFFSET) & OFFSET_MASK) * 8;
    }

    /** Whether this is a piece of a packet: MF, or an offset. */
    public boolean isFragment() {
        return (buf.getUnsignedShort(at + FLAGS_OFFSET) & (MORE_FRAGMENTS | OFFSET_MASK)) != 0;
    }

    /** Hops left. */
    public int timeToLive() {
        return buf.getUnsignedByte(at + TIME_TO_LIVE);
    }

    /** What the payload is, by its {@link IpProtocol} number. */
    public int protocol() {
        return buf.getUnsignedByte(at + PROTOCOL);
    }

    /** The header checksum as it stands. */
    public int checksum() {
        return buf.getUnsignedShort(at + CHECKSUM);
    }

    /** The 32 address bits: 10.0.0.1 is {@code 0x0a000001}. No {@code InetAddress}, that would allocate. */
    public int source() {
        return buf.getInt(at + SOURCE);
    }

    /** The 32 address bits: 10.0.0.1 is {@code 0x0a000001}. */
    public int destination() {
        return buf.getInt(at + DESTINATION);
    }

    /** Index of the first option byte; {@link #payloadAt()} if there is none. See {@link Ipv4Options}. */
    public int optionsAt() {
        return at + MIN_LENGTH;
    }

    /** Index of the first payload byte. */
    public int payloadAt() {
        return at + headerLength();
    }

    /** Bytes after the header. */
    public int payloadLength() {
        return totalLength() - headerLength();
    }

    /**
     * Writes all 20 bytes of a header without options: TTL 64, everything that is no argument zero. Set what else is
     * needed, then {@link #updateChecksum()}.
     */
    public Ipv4Header write(int totalLength, int protocol, int source, int destination) {
        buf.setByte(at + VERSION_IHL, VERSION << 4 | MIN_LENGTH / 4);
        buf.setByte(at + TYPE_OF_SERVICE, 0);
        buf.setShort(at + TOTAL_LENGTH, totalLength);
        buf.setInt(at + IDENTIFICATION, 0);
        buf.setByte(at + TIME_TO_LIVE, DEFAULT_TIME_TO_LIVE);
        buf.setByte(at + PROTOCOL, protocol);
        buf.setShort(at + CHECKSUM, 0);
        buf.setInt(at + SOURCE, source);
        buf.setInt(at + DESTINATION, destination);
        return this;
    }

    /** Sets the bytes of this header, 20 to 60 and a multiple of 4, and those of the packet, header included. */
    public Ipv4Header lengths(int headerLength, int totalLength) {
        buf.setByte(at + VERSION_IHL, VERSION << 4 | headerLength / 4);
        buf.setShort(at + TOTAL_LENGTH, totalLength);
        return this;
    }

    /** Sets DSCP and ECN, the whole octet. */
    public Ipv4Header typeOfService(int typeOfService) {
        buf.setByte(at + TYPE_OF_SERVICE, typeOfService);
        return this;
    }

    /** Sets the number that a packet's fragments share. */
    public Ipv4Header identification(int identification) {
        buf.setShort(at + IDENTIFICATION, identification);
        return this;
    }

    /**
     * Sets the flags and the offset together, for they share a word.
     *
     * @param offset bytes, a multiple of 8
     */
    public Ipv4Header fragment(boolean dontFragment, boolean moreFragments, int offset) {
        buf.setShort(at + FLAGS_OFFSET,
                (dontFragment ? DONT_FRAGMENT : 0) | (moreFragments ? MORE_FRAGMENTS : 0) | offset / 8);
        return this;
    }

    /** Sets the hops left; {@link #decrementTimeToLive()} is the router's way. */
    public Ipv4Header timeToLive(int timeToLive) {
        buf.setByte(at + TIME_TO_LIVE, timeToLive);
        return this;
    }

    /** Exchanges source and destination. No checksum notices: a sum does not depend on the order. */
    public Ipv4Header swapAddresses() {
        int source = source();
        buf.setInt(at + SOURCE, destination());
        buf.setInt(at + DESTINATION, source);
        return this;
    }

    /** Computes the header checksum from nothing. */
    public Ipv4Header updateChecksum() {
        buf.setShort(at + CHECKSUM, 0);
        buf.setShort(at + CHECKSUM, InternetChecksum.of(buf, at, headerLength()));
        return this;
    }

    /** One hop fewer, checksum repaired in place (RFC 1624, equation 3). Needs {@code timeToLive() > 0}. */
    public void decrementTimeToLive() {
        int before = buf.getUnsignedShort(at + TIME_TO_LIVE);   // TTL and protocol share one checksum word
        int after = before - 0x0100;
        buf.setShort(at + TIME_TO_LIVE, after);
        buf.setShort(at + CHECKSUM, InternetChecksum.update(checksum(), before, after));
    }
}
