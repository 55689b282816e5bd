package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/**
 * The options of an IPv6 hop-by-hop or destination options header, seen in place. Belongs to one event loop; a handler
 * keeps one and {@link #check checks} again for each header.
 * <pre>
 * |  Next Header  |  Hdr Ext Len  |  options …                    |  0
 * an option: | type | length of the value | value |; type 0 is alone
 * a type:    |what:2|changes:1|     5     |   what a node does that does not know it: 0 skip, 1 drop,
 *                                             2 drop and tell, 3 drop and tell unless sent to a multicast group
 * </pre>
 * Source: RFC 8200, section 4.2.
 */
public final class Ipv6Options {
    /** Routers shall look. Source: RFC 2711. */
    public static final int ROUTER_ALERT = 5;

    private static final int UNIT = 8;
    private static final int PAD1 = 0;
    private static final int PADN = 1;
    private static final int ROUTER_ALERT_LENGTH = 2;
    /** More padding than this, or more options than these, is an attack. Source: RFC 9673, and the kernel, v6.12. */
    private static final int MAX_PADDING = 7;
    private static final int MAX_OPTIONS = 8;

    private ByteBuf buf;
    private int end;
    private int padding;
    private int options;
    private int problem;

    /** A view of nothing yet: {@link #check} a header first. */
    public Ipv6Options() {
    }

    /** Bytes of the header that begins at {@code at}; there must be 8. */
    public static int length(ByteBuf buf, int at) {
        return UNIT + buf.getUnsignedByte(at + 1) * UNIT;
    }

    /**
     * Walks all options, as a node that knows the router alert alone. Changes nothing.
     *
     * @param at        index of the header's first byte
     * @param available bytes of the packet from {@code at} on
     * @param multicast whether the packet was sent to a multicast group
     * @return {@link DropReason#NONE}, or why the packet ends here; then {@link #problemAt()} says whether to tell
     */
    public DropReason check(ByteBuf buf, int at, int available, boolean multicast) {
        this.buf = buf;
        problem = -1;
        padding = 0;
        options = 0;
        if (available < UNIT || length(buf, at) > available) {
            return KernelDropReason.PKT_TOO_SMALL;
        }
        end = at + length(buf, at);
        int option = at + 2;
        while (option < end) {
            int next = buf.getByte(option) == PAD1 ? pad(option, 1) : walk(option, multicast);
            if (next < 0) {
                return KernelDropReason.IP_INHDR;
            }
            option = next;
        }
        return DropReason.NONE;
    }

    /** @return index of the next option, or -1: the packet ends here */
    private int walk(int option, boolean multicast) {
        int length = end - option < 2 ? Integer.MAX_VALUE : 2 + buf.getUnsignedByte(option + 1);
        if (length > end - option) {
            return -1;
        }
        int type = buf.getUnsignedByte(option);
        if (type == PADN) {
            return isZero(option + 2, option + length) ? pad(option, length) : -1;
        }
        padding = 0;
        if (++options > MAX_OPTIONS || !knows(type, length) && !skips(type, option, multicast)) {
            return -1;
        }
        return option + length;
    }

    /** Together with what lies before it; seven bytes align anything. */
    private int pad(int option, int length) {
        padding += length;
        return padding > MAX_PADDING ? -1 : option + length;
    }

    private boolean isZero(int from, int to) {
        for (int i = from; i < to; i++) {
            if (buf.getByte(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean knows(int type, int length) {
        return type == ROUTER_ALERT && length == 2 + ROUTER_ALERT_LENGTH;
    }

    private boolean skips(int type, int option, boolean multicast) {
        int what = type >>> 6;
        if (what == 2 || what == 3 && !multicast) {
            problem = option;
        }
        return what == 0 && type != ROUTER_ALERT;
    }

    /** Index of an unknown option whose sender wants to be told; -1 if the packet shall end in silence. */
    public int problemAt() {
        return problem;
    }
}
