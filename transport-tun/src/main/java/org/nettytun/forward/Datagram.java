package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;

/**
 * One packet that arrives in fragments, in one buffer for all of them. Belongs to one event loop. What is missing
 * holds its own description: each hole its end and where the next hole begins. Source: RFC 815.
 * <pre>
 * bytes: | free | header of the first fragment | payload … | end:4 next:4 … hole … | payload …
 *        0                                  ROOM
 * </pre>
 */
final class Datagram {
    /** Bytes before the payload: an IPv4 header, or an IPv6 header and a few others. */
    static final int ROOM = 128;
    /** Bytes of the buffer. */
    static final int CAPACITY = ROOM + 0x10000 + 8;

    private static final int MOST = 0xffff;
    private static final int NONE = -1;
    private static final int INFINITY = 0x10000;

    private ByteBuf bytes;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int identification;
    private int protocol;
    private long deadline;
    private int firstHole;
    private int highest;
    private int total;
    private int headerLength;
    private int fragments;
    private int taken;

    /** Whether it is of no packet. */
    boolean isFree() {
        return bytes == null;
    }

    boolean is(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int identification,
               int protocol) {
        return bytes != null && this.identification == identification && this.protocol == protocol
                && this.sourceLow == sourceLow && this.destinationLow == destinationLow
                && this.sourceHigh == sourceHigh && this.destinationHigh == destinationHigh;
    }

    /** @param bytes {@link #CAPACITY} of them, this datagram's from here on */
    void open(ByteBuf bytes, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow,
              int identification, int protocol, long deadline) {
        this.bytes = bytes;
        this.sourceHigh = sourceHigh;
        this.sourceLow = sourceLow;
        this.destinationHigh = destinationHigh;
        this.destinationLow = destinationLow;
        this.identification = identification;
        this.protocol = protocol;
        this.deadline = deadline;
        highest = 0;
        total = NONE;
        headerLength = 0;
        fragments = 0;
        taken = 0;
        firstHole = NONE;
        firstHole = hole(0, INFINITY, NONE);
    }

    void close() {
        bytes.release();
        bytes = null;
    }

    /**
     * Takes a fragment's payload, by copy.
     *
     * @param from   its {@code length} bytes begin at index {@code at}
     * @param offset of its first byte in the whole payload
     * @param most   bytes that the whole payload can have
     * @return {@link DropReason#NONE}; {@code DUP_FRAG}, it was there already; else the whole packet is of no use
     */
    DropReason add(ByteBuf from, int at, int offset, int length, boolean more, int most) {
        int end = offset + length;
        if (length == 0 || end > most || end > MOST || total >= 0 && end > total
                || !more && (end < highest || total >= 0 && end != total)) {
            return TunDropReason.FRAG_MALFORMED;
        }
        int before = NONE;
        int hole = firstHole;
        while (hole >= 0 && end(hole) <= offset) {
            before = hole;
            hole = next(hole);
        }
        if (hole < 0 || end <= hole) {
            return KernelDropReason.DUP_FRAG;
        }
        if (offset < hole || end > end(hole)) {
            return TunDropReason.FRAG_OVERLAP;
        }
        fill(before, hole, offset, end, more);
        bytes.setBytes(ROOM + offset, from, at, length);
        highest = Math.max(highest, end);
        total = more ? total : end;
        fragments++;
        taken += length;
        return DropReason.NONE;
    }

    /** What is left of a hole: before the fragment, and behind it unless that is the last. */
    private void fill(int before, int hole, int offset, int end, boolean more) {
        int rest = next(hole);
        if (more && end < end(hole)) {
            rest = hole(end, end(hole), rest);
        }
        if (hole < offset) {
            rest = hole(hole, offset, rest);
        }
        if (before < 0) {
            firstHole = rest;
        } else {
            hole(before, end(before), rest);
        }
    }

    private int hole(int start, int end, int next) {
        bytes.setInt(ROOM + start, end).setInt(ROOM + start + Integer.BYTES, next);
        return start;
    }

    private int end(int hole) {
        return bytes.getInt(ROOM + hole);
    }

    private int next(int hole) {
        return bytes.getInt(ROOM + hole + Integer.BYTES);
    }

    /** Keeps the headers of the first fragment, so that they end where its payload begins. At most {@link #ROOM}. */
    void header(ByteBuf from, int at, int length) {
        headerLength = length;
        bytes.setBytes(ROOM - length, from, at, length);
    }

    /** Whether nothing is missing. */
    boolean isComplete() {
        return firstHole == NONE;
    }

    /** The whole, from the first header on; or the first fragment, its header as it came, if more is missing. */
    ByteBuf bytes(int headers) {
        return bytes.setIndex(ROOM - headers, ROOM + Math.max(total, 0));
    }

    /** Bytes of the first fragment's headers; 0 while that is missing. */
    int headerLength() {
        return headerLength;
    }

    /** Bytes of the whole payload, once complete. */
    int total() {
        return total;
    }

    int fragments() {
        return fragments;
    }

    /** Bytes of payload that came. */
    int taken() {
        return taken;
    }

    long deadline() {
        return deadline;
    }
}
