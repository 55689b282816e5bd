package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/**
 * One ICMP header of either family, seen in place: the two differ in their numbers and in what the checksum covers.
 * Owns no bytes, copies none. Belongs to one event loop; a handler keeps one and {@link #wrap wraps} it again.
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |     Type      |     Code      |           Checksum            |  0
 * |      Identifier (echo)        |    Sequence number (echo)     |  4
 * |           0 (v4: 3/4)         |       MTU (v4: 3/4)           |  4
 * |  Pointer      |             0 (v4: 12/0)                      |  4
 * |              MTU (v6: 2); Pointer (v6: 4)                     |  4
 * </pre>
 * Source: RFC 792, RFC 1191 section 4, RFC 4443.
 */
public final class IcmpHeader {
    /** Bytes of the header; an error quotes the packet it is about behind it. */
    public static final int LENGTH = 8;

    /** ICMPv4: answer to {@link #ECHO_V4}. */
    public static final int ECHO_REPLY_V4 = 0;
    /**
     * ICMPv4: destination unreachable; code 0 network, 1 host, 2 protocol, 3 port, 4 fragmentation needed, 13
     * prohibited.
     */
    public static final int UNREACHABLE_V4 = 3;
    /** ICMPv4: source quench; obsolete, and an error all the same. */
    public static final int SOURCE_QUENCH_V4 = 4;
    /** ICMPv4: redirect. */
    public static final int REDIRECT_V4 = 5;
    /** ICMPv4: echo request. */
    public static final int ECHO_V4 = 8;
    /** ICMPv4: time exceeded; code 0 in transit, 1 in reassembly. */
    public static final int TIME_EXCEEDED_V4 = 11;
    /** ICMPv4: parameter problem; code 0 with a pointer. */
    public static final int PARAMETER_PROBLEM_V4 = 12;

    /**
     * ICMPv6: destination unreachable; code 0 no route, 1 prohibited, 2 beyond the source's scope, 3 address, 4 port.
     */
    public static final int UNREACHABLE_V6 = 1;
    /** ICMPv6: packet too big. */
    public static final int TOO_BIG_V6 = 2;
    /** ICMPv6: time exceeded; code 0 in transit, 1 in reassembly. */
    public static final int TIME_EXCEEDED_V6 = 3;
    /**
     * ICMPv6: parameter problem; code 0 header field, 1 next header, 2 option, 3 first fragment without all headers.
     */
    public static final int PARAMETER_PROBLEM_V6 = 4;
    /** ICMPv6: echo request. */
    public static final int ECHO_V6 = 128;
    /** ICMPv6: answer to {@link #ECHO_V6}. */
    public static final int ECHO_REPLY_V6 = 129;
    /** ICMPv6: redirect. */
    public static final int REDIRECT_V6 = 137;

    private static final int TYPE = 0;
    private static final int CODE = 1;
    private static final int CHECKSUM = 2;
    private static final int IDENTIFIER = 4;
    private static final int SEQUENCE = 6;

    /** ICMPv6: types below are errors. Source: RFC 4443, section 2.1. */
    private static final int FIRST_INFORMATIONAL_V6 = 128;

    private ByteBuf buf;
    private int at;

    /** A view of nothing yet: {@link #wrap} it around a packet. */
    public IcmpHeader() {
    }

    /** Points this view at the message that begins at index {@code at}. Reads nothing. */
    public IcmpHeader wrap(ByteBuf buf, int at) {
        this.buf = buf;
        this.at = at;
        return this;
    }

    /**
     * Says what is wrong, or {@link DropReason#NONE}. Looks at no checksum, for that covers the whole message.
     *
     * @param available bytes of the message from {@code at} on
     */
    public DropReason check(int available) {
        return available < LENGTH ? KernelDropReason.PKT_TOO_SMALL : DropReason.NONE;
    }

    /** Whether no error may ever be sent about an ICMPv4 message of this type: it is one, or is unknown to us. */
    public static boolean isErrorV4(int type) {
        return switch (type) {
            case UNREACHABLE_V4, SOURCE_QUENCH_V4, REDIRECT_V4, TIME_EXCEEDED_V4, PARAMETER_PROBLEM_V4 -> true;
            default -> type > 18;   // the kernel's NR_ICMP_TYPES, v6.12: what it does not know it takes for an error
        };
    }

    /** Whether no error may ever be sent about an ICMPv6 message of this type. Source: RFC 4443, section 2.4 (e). */
    public static boolean isErrorV6(int type) {
        return type < FIRST_INFORMATIONAL_V6 || type == REDIRECT_V6;
    }

    /** What the message is; one of this class's numbers, or another. */
    public int type() {
        return buf.getUnsignedByte(at + TYPE);
    }

    /** Which kind of its type. */
    public int code() {
        return buf.getUnsignedByte(at + CODE);
    }

    /** The checksum as it stands. */
    public int checksum() {
        return buf.getUnsignedShort(at + CHECKSUM);
    }

    /** Of an echo: which run of {@code ping}. */
    public int identifier() {
        return buf.getUnsignedShort(at + IDENTIFIER);
    }

    /** Of an echo: which request of the run. */
    public int sequence() {
        return buf.getUnsignedShort(at + SEQUENCE);
    }

    /** Of "fragmentation needed" and "packet too big": bytes that would fit. One layout for both. */
    public long mtu() {
        return buf.getUnsignedInt(at + IDENTIFIER);
    }

    /** Of an ICMPv4 parameter problem: which byte of the quoted packet, from 0. */
    public int pointerV4() {
        return buf.getUnsignedByte(at + IDENTIFIER);
    }

    /** Of an ICMPv6 parameter problem: which byte of the quoted packet, from 0. */
    public long pointerV6() {
        return buf.getUnsignedInt(at + IDENTIFIER);
    }

    /** Writes all 8 bytes, the checksum and the four behind it zero. */
    public IcmpHeader write(int type, int code) {
        buf.setByte(at + TYPE, type);
        buf.setByte(at + CODE, code);
        buf.setShort(at + CHECKSUM, 0);
        buf.setInt(at + IDENTIFIER, 0);
        return this;
    }

    /** Sets identifier and sequence number of an echo. */
    public IcmpHeader echo(int identifier, int sequence) {
        buf.setShort(at + IDENTIFIER, identifier);
        buf.setShort(at + SEQUENCE, sequence);
        return this;
    }

    /** Sets the bytes that would fit. */
    public IcmpHeader mtu(int mtu) {
        buf.setInt(at + IDENTIFIER, mtu);
        return this;
    }

    /** Sets which byte of the quoted packet an ICMPv4 parameter problem is about. */
    public IcmpHeader pointerV4(int pointer) {
        buf.setByte(at + IDENTIFIER, pointer);
        return this;
    }

    /** Sets which byte of the quoted packet an ICMPv6 parameter problem is about. */
    public IcmpHeader pointerV6(int pointer) {
        buf.setInt(at + IDENTIFIER, pointer);
        return this;
    }

    /** Makes an echo request its answer: another type, checksum repaired (RFC 1624, equation 3), the rest as it was. */
    public void toReply(int replyType) {
        int before = buf.getUnsignedShort(at + TYPE);   // type and code share one checksum word
        int after = replyType << 8 | code();
        buf.setShort(at + TYPE, after);
        buf.setShort(at + CHECKSUM, InternetChecksum.update(checksum(), before, after));
    }

    /** Whether the checksum of an ICMPv4 message of {@code length} bytes, this header included, is right. */
    public boolean checksumValid(int length) {
        return InternetChecksum.isValid(buf, at, length);
    }

    /** Whether the checksum of an ICMPv6 message of {@code length} bytes, this header included, is right. */
    public boolean checksumValid(Ipv6Header ip, int length) {
        return InternetChecksum.fold(sum(ip, length)) == 0;
    }

    /** Computes the checksum of an ICMPv4 message of {@code length} bytes, this header included. */
    public IcmpHeader updateChecksum(int length) {
        buf.setShort(at + CHECKSUM, 0);
        buf.setShort(at + CHECKSUM, InternetChecksum.of(buf, at, length));
        return this;
    }

    /** Computes the checksum of an ICMPv6 message of {@code length} bytes; it covers the addresses of {@code ip}. */
    public IcmpHeader updateChecksum(Ipv6Header ip, int length) {
        buf.setShort(at + CHECKSUM, 0);
        buf.setShort(at + CHECKSUM, InternetChecksum.fold(sum(ip, length)));
        return this;
    }

    private long sum(Ipv6Header ip, int length) {
        return InternetChecksum.pseudoHeader(ip, IpProtocol.ICMPV6, length) + InternetChecksum.sum(buf, at, length);
    }
}
