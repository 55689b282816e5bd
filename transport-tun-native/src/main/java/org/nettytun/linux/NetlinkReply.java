package org.nettytun.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One message from the kernel: its header's fields, and what follows the header. */
record NetlinkReply(int type, int flags, int sequence, ByteBuffer body) {
    static final int NOOP = 1;
    static final int ERROR = 2;
    static final int DONE = 3;
    static final int OVERRUN = 4;

    static final int MULTI = 0x2;
    static final int DUMP_INTERRUPTED = 0x10;

    private static final int CAPPED = 0x100;
    private static final int WITH_ATTRIBUTES = 0x200;
    private static final int MESSAGE = 1;

    /**
     * Takes a datagram apart.
     *
     * @throws NetlinkFormatException a message is shorter than its header or longer than the datagram
     */
    static List<NetlinkReply> split(ByteBuffer datagram) {
        List<NetlinkReply> replies = new ArrayList<>();
        int length = datagram.limit();
        int at = 0;
        while (at < length) {
            int size = length - at < NetlinkMessage.HEADER ? 0 : datagram.getInt(at);
            if (size < NetlinkMessage.HEADER || size > length - at) {
                throw new NetlinkFormatException("a netlink message of " + size + " bytes at " + at
                        + " of a datagram of " + length + " bytes");
            }
            int body = at + NetlinkMessage.HEADER;
            replies.add(new NetlinkReply(datagram.getShort(at + 4) & 0xffff, datagram.getShort(at + 6) & 0xffff,
                    datagram.getInt(at + 8), datagram.slice(body, at + size - body).order(datagram.order())));
            at += NetlinkMessage.align(size);
        }
        return replies;
    }

    /** Whether nothing follows: an acknowledgement, a refusal, or the end of a list. */
    boolean isEnd() {
        return type == ERROR || type == DONE;
    }

    /** The struct after the header. @throws NetlinkFormatException it has fewer bytes than that */
    ByteBuffer body(int least) {
        if (body.limit() < least) {
            throw new NetlinkFormatException("a netlink message of type " + type + " with " + body.limit()
                    + " bytes after its header, where " + least + " were expected");
        }
        return body;
    }

    /** Of an {@link #ERROR}: 0 for an acknowledgement. Of a {@link #DONE}: 0, or why the list ended early. */
    int errno() {
        return type == DONE && body.limit() == 0 ? 0 : -body(Integer.BYTES).getInt(0);
    }

    /** What the kernel says besides the errno; empty if nothing. */
    String words() {
        if ((flags & WITH_ATTRIBUTES) == 0) {
            return "";
        }
        int at = Integer.BYTES;
        if (type == ERROR) {   // the request stands between, or its header alone
            at += (flags & CAPPED) != 0 ? NetlinkMessage.HEADER
                    : NetlinkMessage.align(body(Integer.BYTES + NetlinkMessage.HEADER).getInt(Integer.BYTES));
        }
        return new NetlinkAttributes(body(at), at).text(MESSAGE);
    }
}
