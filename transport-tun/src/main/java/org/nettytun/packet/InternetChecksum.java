package org.nettytun.packet;

import io.netty.buffer.ByteBuf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The Internet checksum: the ones' complement of the ones' complement sum of 16-bit words. Any thread; holds nothing.
 *
 * <p>A <em>sum</em> is a {@code long} that still carries: sums of even-length parts are added with {@code +} and {@link
 * #fold folded} once at the end. Only the last part may have an odd length. Source: RFC 1071, RFC 1624.
 */
public final class InternetChecksum {
    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    /** Bytes below which the way to a buffer's memory costs more than it saves. */
    private static final int FEW = 64;
    private static final long LOW = 0xffffffffL;

    private InternetChecksum() {
    }

    /** The checksum to store over {@code length} bytes whose own checksum field holds zero. */
    public static int of(ByteBuf buf, int index, int length) {
        return fold(sum(buf, index, length));
    }

    /** Whether {@code length} bytes, their checksum field included, sum up to all ones, as they must. */
    public static boolean isValid(ByteBuf buf, int index, int length) {
        return fold(sum(buf, index, length)) == 0;
    }

    /**
     * The sum of {@code length} bytes, an odd last byte padded with zero. Cannot overflow: each step adds less than
     * 2^33, and there are at most 2^28 of them.
     */
    public static long sum(ByteBuf buf, int index, int length) {
        if (length < FEW || !buf.isDirect() || buf.isReadOnly() || buf.nioBufferCount() != 1) {
            return sumOfFew(buf, index, length);
        }
        // A buffer's own NIO view may be used by one thread at a time; whom else it belongs to, nobody knows.
        ByteBuffer bytes = buf.refCnt() == 1 ? buf.internalNioBuffer(index, length) : buf.nioBuffer(index, length);
        int words = length & -Long.BYTES;
        return sumOfWords(bytes, words) + sumOfFew(buf, index + words, length - words);
    }

    private static long sumOfFew(ByteBuf buf, int index, int length) {
        long sum = 0;
        int at = index;
        int end = index + length;
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            sum += halves(buf.getLong(at));
        }
        for (; end - at >= Short.BYTES; at += Short.BYTES) {
            sum += buf.getUnsignedShort(at);
        }
        return at < end ? sum + (buf.getUnsignedByte(at) << 8) : sum;
    }

    /**
     * In the processor's own byte order: the sum of swapped words is the swapped sum (RFC 1071, section 2 (B)).
     *
     * <p>All that comes here is of one class, that of direct, writable memory, so no word is a virtual call, whatever
     * else was summed before. Of a loop as plain as this one JDK 25 makes vectors. Unrolled by hand, or read through a
     * {@code VarHandle}, it is slower; a {@code LongBuffer} is faster on JDK 17, but at times it is made for each sum.
     */
    private static long sumOfWords(ByteBuffer bytes, int length) {
        ByteOrder others = bytes.order();
        bytes.order(ByteOrder.nativeOrder());
        long low = 0;
        long high = 0;
        int end = bytes.position() + length;
        for (int at = bytes.position(); at < end; at += Long.BYTES) {
            long word = bytes.getLong(at);
            low += word & LOW;
            high += word >>> 32;
        }
        bytes.order(others);
        return halves(LITTLE ? Long.reverseBytes(low + high) : low + high);
    }

    /** The sum of an IPv4 pseudo-header. Source: RFC 793, section 3.1; RFC 768. */
    public static long pseudoHeader(Ipv4Header ip, int protocol, int length) {
        return (ip.source() & 0xffffffffL) + (ip.destination() & 0xffffffffL) + protocol + length;
    }

    /** The sum of an IPv6 pseudo-header. Source: RFC 8200, section 8.1. */
    public static long pseudoHeader(Ipv6Header ip, int nextHeader, int length) {
        return halves(ip.sourceHigh()) + halves(ip.sourceLow()) + halves(ip.destinationHigh())
                + halves(ip.destinationLow()) + nextHeader + length;
    }

    /** A sum as the 16 bits to store: carries added in, complemented. 0 if a right checksum was summed, too. */
    public static int fold(long sum) {
        long folded = (sum & LOW) + (sum >>> 32);
        folded = (folded & 0xffff) + (folded >>> 16);      // at most 18 bits
        folded = (folded & 0xffff) + (folded >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);      // the fold before can carry once more
        return (int) ~folded & 0xffff;
    }

    /**
     * A stored checksum after one 16-bit word under it changed. Source: RFC 1624, equation 3, which unlike equation 2
     * never makes 0xffff of a header that sums up to zero.
     */
    public static int update(int checksum, int before, int after) {
        return fold((~checksum & 0xffff) + (~before & 0xffff) + (after & 0xffff));
    }

    /** 2^16 is 1 in this arithmetic, so any width of word will do. */
    private static long halves(long word) {
        return (word >>> 32) + (word & LOW);
    }
}
