package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import java.util.function.IntPredicate;

/**
 * The options of one IPv4 header, seen in place: one byte of kind, one of length (both included), then a value; kinds 0
 * and 1 are alone. Belongs to one event loop; a handler keeps one, and looks at the few packets with {@link
 * Ipv4Header#headerLength()} above 20.
 * <pre>
 * |  7 |length|pointer| address, address, …                     record route
 * | 68 |length|pointer|overflow:4 flag:4| time, or address, time, …    timestamp
 * </pre>
 * A pointer is the offset, from 1, of the next free slot in its option. Source: RFC 791, section 3.1.
 */
public final class Ipv4Options {
    /** Nothing follows. */
    public static final int END = 0;
    /** Padding. */
    public static final int NO_OPERATION = 1;
    /** Each router writes its address. */
    public static final int RECORD_ROUTE = 7;
    /** Each router writes its time. */
    public static final int TIMESTAMP = 68;
    /** The sender says which routers, among others. */
    public static final int LOOSE_SOURCE_ROUTE = 131;
    /** The sender says which routers, and no others. */
    public static final int STRICT_SOURCE_ROUTE = 137;
    /** Routers shall look. Source: RFC 2113. */
    public static final int ROUTER_ALERT = 148;
    /** Bytes that options can have. */
    public static final int MAX_LENGTH = 40;

    private static final int COPIED = 0x80;
    private static final int LENGTH = 1;
    private static final int POINTER = 2;
    private static final int FLAGS = 3;
    private static final int TIME_ONLY = 0;
    private static final int TIME_AND_ADDRESS = 1;
    private static final int PRESPECIFIED = 3;
    private static final int MAX_OVERFLOW = 15;

    private ByteBuf buf;
    private int end;
    private int recordRoute;
    private int timestamp;
    private int sourceRoute;
    private boolean overflowCounted;
    private int problem;

    /** A view of nothing yet: {@link #check} a packet's options first. */
    public Ipv4Options() {
    }

    /**
     * Walks all options, in the kernel's order of checks ({@code __ip_options_compile}, v6.12). Changes nothing.
     *
     * @param ip  a header that was checked
     * @param buf the buffer it was wrapped around
     * @return {@link DropReason#NONE}, or {@code IP_INHDR}: then {@link #problemAt()} says where
     */
    public DropReason check(Ipv4Header ip, ByteBuf buf) {
        this.buf = buf;
        this.end = ip.payloadAt();
        recordRoute = -1;
        timestamp = -1;
        sourceRoute = -1;
        overflowCounted = false;
        problem = -1;
        int option = ip.optionsAt();
        while (option < end && kind(option) != END) {
            if (kind(option) == NO_OPERATION) {
                option++;
                continue;
            }
            problem = end - option < 2 || length(option) < 2 || length(option) > end - option ? option : look(option);
            if (problem >= 0) {
                return KernelDropReason.IP_INHDR;
            }
            option += length(option);
        }
        return DropReason.NONE;
    }

    /** Remembers an option if it is good. Returns the byte that is wrong, or -1. */
    private int look(int option) {
        switch (kind(option)) {
            case RECORD_ROUTE -> {
                int wrong = recordRoute >= 0 ? option : problemOfRoute(option, Integer.BYTES);
                recordRoute = wrong < 0 ? option : recordRoute;
                return wrong;
            }
            case TIMESTAMP -> {
                int wrong = timestamp >= 0 ? option : problemOfTimestamp(option);
                timestamp = wrong < 0 ? option : timestamp;
                return wrong;
            }
            case LOOSE_SOURCE_ROUTE, STRICT_SOURCE_ROUTE -> {
                int wrong = problemOfRoute(option, 0);
                boolean second = sourceRoute >= 0;
                sourceRoute = option;
                return wrong < 0 && second ? option : wrong;
            }
            default -> {
                return kind(option) == ROUTER_ALERT && length(option) < 4 ? option + LENGTH : -1;
            }
        }
    }

    /** @param slot bytes that must fit behind the pointer, unless it is beyond the end: then the option is full */
    private int problemOfRoute(int option, int slot) {
        if (length(option) < POINTER + 1) {
            return option + LENGTH;
        }
        return pointer(option) < POINTER + 2 || !fits(option, slot) ? option + POINTER : -1;
    }

    private int problemOfTimestamp(int option) {
        if (length(option) < FLAGS + 1) {
            return option + LENGTH;
        }
        if (pointer(option) < FLAGS + 2 || !fits(option, slot(option))) {
            return option + POINTER;
        }
        return isFull(option) && overflow(option) == MAX_OVERFLOW ? option + FLAGS : -1;
    }

    private boolean fits(int option, int slot) {
        return isFull(option) || pointer(option) - 1 + slot <= length(option);
    }

    private boolean isFull(int option) {
        return pointer(option) > length(option);
    }

    private int slot(int option) {
        int flag = flag(option);
        return flag == TIME_AND_ADDRESS || flag == PRESPECIFIED ? 2 * Integer.BYTES : Integer.BYTES;
    }

    /** Index of the byte that is wrong, for a Parameter Problem; -1 if none is. */
    public int problemAt() {
        return problem;
    }

    /** Whether the sender wants to say which way the packet goes. */
    public boolean isSourceRouted() {
        return sourceRoute >= 0;
    }

    /**
     * What a router writes before it sends the packet on: address and time, as far as there is room. Cleans what
     * follows the end, and computes the checksum, if anything changed. Source: RFC 1812, section 5.3.13.
     *
     * @param ip       the header whose options were checked
     * @param sender   what the route records: the address of the interface that the packet leaves by
     * @param receiver what goes with a time: the address that its source knows us by, as in the kernel
     * @param millis   since midnight UTC
     * @param ours     whether an address is one of ours
     */
    public void update(Ipv4Header ip, int sender, int receiver, int millis, IntPredicate ours) {
        boolean changed = cleanEnd(ip.optionsAt());
        if (recordRoute >= 0 && !isFull(recordRoute)) {
            buf.setInt(next(recordRoute), sender);
            advance(recordRoute, Integer.BYTES);
            changed = true;
        }
        if (timestamp >= 0 && (isFull(timestamp) ? countOverflow() : stamp(receiver, millis, ours))) {
            changed = true;
        }
        if (changed) {
            ip.updateChecksum();
        }
    }

    /** Once for each packet, though its echo is updated a second time. */
    private boolean countOverflow() {
        if (overflowCounted) {
            return false;
        }
        overflowCounted = true;
        buf.setByte(timestamp + FLAGS, overflow(timestamp) + 1 << 4 | flag(timestamp));
        return true;
    }

    private boolean stamp(int address, int millis, IntPredicate ours) {
        overflowCounted = true;   // what fills the option now has not overflowed
        int at = next(timestamp);
        switch (flag(timestamp)) {
            case TIME_ONLY -> buf.setInt(at, millis);
            case TIME_AND_ADDRESS -> buf.setInt(at, address).setInt(at + Integer.BYTES, millis);
            default -> {
                if (flag(timestamp) != PRESPECIFIED || !ours.test(buf.getInt(at))) {
                    return false;
                }
                buf.setInt(at + Integer.BYTES, millis);
            }
        }
        advance(timestamp, slot(timestamp));
        return true;
    }

    private boolean cleanEnd(int from) {
        int option = from;
        while (option < end && kind(option) != END) {
            option += kind(option) == NO_OPERATION ? 1 : length(option);
        }
        boolean changed = false;
        for (; option < end; option++) {
            changed |= buf.getByte(option) != END;
            buf.setByte(option, END);
        }
        return changed;
    }

    /**
     * Writes the options that an answer takes over: record route, then timestamp; after a problem, those before it.
     * Source: RFC 1122, section 3.2.2.6.
     *
     * @param to room for {@link #MAX_LENGTH} bytes from {@code at} on
     * @return bytes, a multiple of 4
     */
    public int copyForReply(ByteBuf to, int at) {
        int length = copy(recordRoute, to, at);
        length += copy(timestamp, to, at + length);
        for (; length % Integer.BYTES != 0; length++) {
            to.setByte(at + length, END);
        }
        return length;
    }

    private int copy(int option, ByteBuf to, int at) {
        if (option < 0) {
            return 0;
        }
        to.setBytes(at, buf, option, length(option));
        return length(option);
    }

    /**
     * Makes the options of a first fragment those of a later one: what has no copy bit becomes padding, so that the
     * header keeps its length. Leaves the checksum to the caller.
     *
     * @param ip  a header whose options were checked, or are a copy of such
     * @param buf the buffer it was wrapped around
     */
    public static void keepCopied(Ipv4Header ip, ByteBuf buf) {
        int end = ip.payloadAt();
        int option = ip.optionsAt();
        while (option < end && buf.getByte(option) != END) {
            int kind = buf.getUnsignedByte(option);
            int length = kind == NO_OPERATION ? 1 : buf.getUnsignedByte(option + LENGTH);
            for (int i = 0; (kind & COPIED) == 0 && i < length; i++) {
                buf.setByte(option + i, NO_OPERATION);
            }
            option += length;
        }
    }

    private int kind(int option) {
        return buf.getUnsignedByte(option);
    }

    private int length(int option) {
        return buf.getUnsignedByte(option + LENGTH);
    }

    private int pointer(int option) {
        return buf.getUnsignedByte(option + POINTER);
    }

    private int flag(int option) {
        return buf.getUnsignedByte(option + FLAGS) & 0xf;
    }

    private int overflow(int option) {
        return buf.getUnsignedByte(option + FLAGS) >>> 4;
    }

    private int next(int option) {
        return option + pointer(option) - 1;
    }

    private void advance(int option, int bytes) {
        buf.setByte(option + POINTER, pointer(option) + bytes);
    }
}
