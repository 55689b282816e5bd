package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/**
 * One TCP header, seen in place: owns no bytes, copies none. Belongs to one event loop; a handler keeps one and
 * {@link #wrap wraps} it again for each packet. A segment's length is nowhere in its header: it is what the IP header
 * leaves.
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |          Source Port          |       Destination Port        |  0
 * |                        Sequence Number                        |  4
 * |                    Acknowledgment Number                      |  8
 * |  Data |       |C|E|U|A|P|R|S|F|                               |
 * | Offset| Rsrvd |W|C|R|C|S|S|Y|I|            Window             | 12
 * |       |       |R|E|G|K|H|T|N|N|                               |
 * |           Checksum            |         Urgent Pointer        | 16
 * </pre>
 * Source: RFC 9293, section 3.1.
 */
public final class TcpHeader {
    /** Bytes of a header without options: the least legal {@link #headerLength()}. */
    public static final int MIN_LENGTH = 20;

    /** The sender has no more data. */
    public static final int FIN = 0x01;
    /** Opens a connection. */
    public static final int SYN = 0x02;
    /** Ends a connection at once. */
    public static final int RST = 0x04;
    /** Deliver without waiting for more. */
    public static final int PSH = 0x08;
    /** {@link #acknowledgment()} counts. */
    public static final int ACK = 0x10;
    /** {@link #urgentPointer()} counts. */
    public static final int URG = 0x20;
    /** Congestion was experienced, says the receiver. */
    public static final int ECE = 0x40;
    /** The sender has reduced its window. */
    public static final int CWR = 0x80;

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int SEQUENCE = 4;
    private static final int ACKNOWLEDGMENT = 8;
    private static final int DATA_OFFSET = 12;
    private static final int FLAGS = 13;
    private static final int WINDOW = 14;
    private static final int CHECKSUM = 16;
    private static final int URGENT_POINTER = 18;

    private ByteBuf buf;
    private int at;

    /** A view of nothing yet: {@link #wrap} it around a packet. */
    public TcpHeader() {
    }

    /** Points this view at the segment that begins at index {@code at}. Reads nothing. */
    public TcpHeader wrap(ByteBuf buf, int at) {
        this.buf = buf;
        this.at = at;
        return this;
    }

    /**
     * Says what is wrong, or {@link DropReason#NONE}. After {@code NONE} no getter reads outside the segment, until
     * someone changes the header's length. Looks at no checksum, for that covers the whole segment.
     *
     * @param available bytes of the segment from {@code at} on
     */
    public DropReason check(int available) {
        return available < MIN_LENGTH || headerLength() < MIN_LENGTH || headerLength() > available
                ? KernelDropReason.PKT_TOO_SMALL : DropReason.NONE;
    }

    /** The sender's port. */
    public int sourcePort() {
        return buf.getUnsignedShort(at + SOURCE_PORT);
    }

    /** The receiver's port. */
    public int destinationPort() {
        return buf.getUnsignedShort(at + DESTINATION_PORT);
    }

    /** Of the first byte, all 32 bits: compare by difference. */
    public int sequence() {
        return buf.getInt(at + SEQUENCE);
    }

    /** The next byte expected, all 32 bits: compare by difference. */
    public int acknowledgment() {
        return buf.getInt(at + ACKNOWLEDGMENT);
    }

    /** Bytes, options included; 20 to 60 once checked. */
    public int headerLength() {
        return (buf.getUnsignedByte(at + DATA_OFFSET) >>> 4) * 4;
    }

    /** The eight flags: {@link #SYN} and its like, or-ed. */
    public int flags() {
        return buf.getUnsignedByte(at + FLAGS);
    }

    /** Whether this one flag is set. */
    public boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    /** Bytes the sender would take, unscaled. */
    public int window() {
        return buf.getUnsignedShort(at + WINDOW);
    }

    /** The checksum as it stands. */
    public int checksum() {
        return buf.getUnsignedShort(at + CHECKSUM);
    }

    /** Bytes from {@link #sequence()} to the end of urgent data. */
    public int urgentPointer() {
        return buf.getUnsignedShort(at + URGENT_POINTER);
    }

    /** Index of the first payload byte. */
    public int payloadAt() {
        return at + headerLength();
    }

    /** @see TcpOptions#find */
    public int option(int kind, int length) {
        return TcpOptions.find(buf, at + MIN_LENGTH, payloadAt(), kind, length);
    }

    /** Bytes of the longest segment that the sender of a SYN would take; -1 if it does not say. */
    public int maximumSegmentSize() {
        int option = option(TcpOptions.MAXIMUM_SEGMENT_SIZE, TcpOptions.MAXIMUM_SEGMENT_SIZE_LENGTH);
        return option < 0 ? -1 : buf.getUnsignedShort(option + 2);
    }

    /**
     * Index of the timestamp option: at 2 behind it 4 bytes of the sender's clock, then 4 that echo the peer's; -1 if
     * there is none.
     */
    public int timestampAt() {
        return option(TcpOptions.TIMESTAMP, TcpOptions.TIMESTAMP_LENGTH);
    }

    /**
     * Makes a SYN ask for segments of at most that size, checksum repaired in place (RFC 1624, equation 3); leaves all
     * else alone. Not for a segment that still owes its checksum.
     *
     * @return whether anything changed
     */
    public boolean clampMaximumSegmentSize(int most) {
        if (!has(SYN)) {
            return false;
        }
        int option = option(TcpOptions.MAXIMUM_SEGMENT_SIZE, TcpOptions.MAXIMUM_SEGMENT_SIZE_LENGTH);
        if (option < 0 || buf.getUnsignedShort(option + 2) <= most) {
            return false;
        }
        int before = buf.getUnsignedShort(option + 2);
        boolean odd = (option - at & 1) != 0;   // behind a lone NOP the two bytes lie in two checksum words
        buf.setShort(option + 2, most);
        buf.setShort(at + CHECKSUM, InternetChecksum.update(checksum(), odd ? swap(before) : before,
                odd ? swap(most) : most));
        return true;
    }

    private static int swap(int word) {
        return Short.reverseBytes((short) word) & 0xffff;
    }

    /** Writes all 20 bytes of a header without options: window, checksum and urgent pointer zero. */
    public TcpHeader write(int sourcePort, int destinationPort, int sequence, int acknowledgment, int flags) {
        buf.setShort(at + SOURCE_PORT, sourcePort);
        buf.setShort(at + DESTINATION_PORT, destinationPort);
        buf.setInt(at + SEQUENCE, sequence);
        buf.setInt(at + ACKNOWLEDGMENT, acknowledgment);
        buf.setByte(at + DATA_OFFSET, MIN_LENGTH / 4 << 4);
        buf.setByte(at + FLAGS, flags);
        buf.setShort(at + WINDOW, 0);
        buf.setInt(at + CHECKSUM, 0);
        return this;
    }

    /** Sets the bytes of the header: a multiple of 4, 20 to 60. Write the options, too. */
    public TcpHeader headerLength(int length) {
        buf.setByte(at + DATA_OFFSET, length / 4 << 4);
        return this;
    }

    /** Sets the number of the first byte. */
    public TcpHeader sequence(int sequence) {
        buf.setInt(at + SEQUENCE, sequence);
        return this;
    }

    /** Sets all eight flags. */
    public TcpHeader flags(int flags) {
        buf.setByte(at + FLAGS, flags);
        return this;
    }

    /** Sets the bytes the sender would take. */
    public TcpHeader window(int window) {
        buf.setShort(at + WINDOW, window);
        return this;
    }

    /** Sets where urgent data end. */
    public TcpHeader urgentPointer(int urgentPointer) {
        buf.setShort(at + URGENT_POINTER, urgentPointer);
        return this;
    }

    /** Whether the checksum of a segment of {@code length} bytes, this header included, is right. */
    public boolean checksumValid(Ipv4Header ip, int length) {
        return checksumOf(InternetChecksum.pseudoHeader(ip, IpProtocol.TCP, length), length) == 0;
    }

    /** @see #checksumValid(Ipv4Header, int) */
    public boolean checksumValid(Ipv6Header ip, int length) {
        return checksumOf(InternetChecksum.pseudoHeader(ip, IpProtocol.TCP, length), length) == 0;
    }

    /** Computes the checksum of a segment of {@code length} bytes; it covers the addresses of {@code ip}. */
    public TcpHeader updateChecksum(Ipv4Header ip, int length) {
        return updateChecksum(InternetChecksum.pseudoHeader(ip, IpProtocol.TCP, length), length);
    }

    /** @see #updateChecksum(Ipv4Header, int) */
    public TcpHeader updateChecksum(Ipv6Header ip, int length) {
        return updateChecksum(InternetChecksum.pseudoHeader(ip, IpProtocol.TCP, length), length);
    }

    private TcpHeader updateChecksum(long pseudoHeader, int length) {
        buf.setShort(at + CHECKSUM, 0);
        buf.setShort(at + CHECKSUM, checksumOf(pseudoHeader, length));
        return this;
    }

    private int checksumOf(long pseudoHeader, int length) {
        return InternetChecksum.fold(pseudoHeader + InternetChecksum.sum(buf, at, length));
    }
}
