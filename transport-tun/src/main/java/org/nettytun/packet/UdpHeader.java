package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/**
 * One UDP header, seen in place: owns no bytes, copies none. Belongs to one event loop; a handler keeps one and
 * {@link #wrap wraps} it again for each packet.
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |          Source Port          |       Destination Port        |  0
 * |            Length             |           Checksum            |  4
 * </pre>
 * Source: RFC 768.
 */
public final class UdpHeader {
    /** Bytes of the header. */
    public static final int LENGTH = 8;

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int DATAGRAM_LENGTH = 4;
    private static final int CHECKSUM = 6;

    private ByteBuf buf;
    private int at;

    /** A view of nothing yet: {@link #wrap} it around a packet. */
    public UdpHeader() {
    }

    /** Points this view at the datagram that begins at index {@code at}. Reads nothing. */
    public UdpHeader wrap(ByteBuf buf, int at) {
        this.buf = buf;
        this.at = at;
        return this;
    }

    /**
     * Says what is wrong, or {@link DropReason#NONE}. After {@code NONE} no getter reads outside the datagram. Looks at
     * no checksum, for that covers the whole datagram.
     *
     * @param available bytes of the datagram from {@code at} on
     */
    public DropReason check(int available) {
        if (available < LENGTH || length() > available) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        return length() < LENGTH ? KernelDropReason.PKT_TOO_SMALL : DropReason.NONE;
    }

    /** The sender's port. */
    public int sourcePort() {
        return buf.getUnsignedShort(at + SOURCE_PORT);
    }

    /** The receiver's port. */
    public int destinationPort() {
        return buf.getUnsignedShort(at + DESTINATION_PORT);
    }

    /** Bytes, header included. */
    public int length() {
        return buf.getUnsignedShort(at + DATAGRAM_LENGTH);
    }

    /** The checksum as it stands; over IPv4, 0 says that there is none. */
    public int checksum() {
        return buf.getUnsignedShort(at + CHECKSUM);
    }

    /** Index of the first payload byte. */
    public int payloadAt() {
        return at + LENGTH;
    }

    /** Bytes after the header. */
    public int payloadLength() {
        return length() - LENGTH;
    }

    /** Writes all 8 bytes, the checksum zero. Write the payload, then update the checksum. */
    public UdpHeader write(int sourcePort, int destinationPort, int length) {
        buf.setShort(at + SOURCE_PORT, sourcePort);
        buf.setShort(at + DESTINATION_PORT, destinationPort);
        buf.setShort(at + DATAGRAM_LENGTH, length);
        buf.setShort(at + CHECKSUM, 0);
        return this;
    }

    /** Whether the checksum of a datagram over IPv4 is right, or not there. */
    public boolean checksumValid(Ipv4Header ip) {
        return checksum() == 0 || checksumOf(InternetChecksum.pseudoHeader(ip, IpProtocol.UDP, length())) == 0;
    }

    /** Whether the checksum of a datagram over IPv6 is right; there it must be. Source: RFC 8200, section 8.1. */
    public boolean checksumValid(Ipv6Header ip) {
        return checksum() != 0 && checksumOf(InternetChecksum.pseudoHeader(ip, IpProtocol.UDP, length())) == 0;
    }

    /** Computes the checksum of a datagram over IPv4. */
    public UdpHeader updateChecksum(Ipv4Header ip) {
        return updateChecksum(InternetChecksum.pseudoHeader(ip, IpProtocol.UDP, length()));
    }

    /** Computes the checksum of a datagram over IPv6. */
    public UdpHeader updateChecksum(Ipv6Header ip) {
        return updateChecksum(InternetChecksum.pseudoHeader(ip, IpProtocol.UDP, length()));
    }

    private UdpHeader updateChecksum(long pseudoHeader) {
        buf.setShort(at + CHECKSUM, 0);
        int checksum = checksumOf(pseudoHeader);
        buf.setShort(at + CHECKSUM, checksum == 0 ? 0xffff : checksum);   // 0 would say "none"; 0xffff is its twin
        return this;
    }

    private int checksumOf(long pseudoHeader) {
        return InternetChecksum.fold(pseudoHeader + InternetChecksum.sum(buf, at, length()));
    }
}
