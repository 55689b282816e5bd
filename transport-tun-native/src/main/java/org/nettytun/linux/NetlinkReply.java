package org.nettytun.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One message from the kernel: its header's fields, and what follows the header. */
record NetlinkReply(int type, int flags, int sequence, ByteBuffer body) {
    static final int ERROR = 2;
    static final int DONE = 3;
    static final int OVERRUN = 4;

    static final int MULTI = 0x2;
    static final int DUMP_INTERRUPTED = 0x10;

    private static final int CAPPED = 0x100;
    private static final int WITH_ATTRIBUTES = 0x200;
    private static final int MESSAGE = 1;

    /** Takes a datagram apart. What is longer than the datagram is cut off, for it cannot be read. */
    static List<NetlinkReply> split(byte[] datagram, int length) {
        List<NetlinkReply> replies = new ArrayList<>();
        ByteBuffer all = Bytes.of(datagram).limit(length);
        int at = 0;
        while (at + NetlinkMessage.HEADER <= length) {
            int size = all.getInt(at);
            if (size < NetlinkMessage.HEADER || size > length - at) {
                break;
            }
            ByteBuffer body = all.slice(at + NetlinkMessage.HEADER, size - NetlinkMessage.HEADER).order(all.order());
            replies.add(new NetlinkReply(all.getShort(at + 4) & 0xffff, all.getShort(at + 6) & 0xffff,
                    all.getInt(at + 8), body));
            at += NetlinkMessage.align(size);
        }
        return replies;
    }

    /** Of an {@link #ERROR}: 0 for an acknowledgement. Of a {@link #DONE}: 0, or why the list ended early. */
    int errno() {
        return body.remaining() < Integer.BYTES ? 0 : -body.getInt(0);
    }

    /** What the kernel says besides the errno of an {@link #ERROR}; empty if nothing. */
    String words() {
        if ((flags & WITH_ATTRIBUTES) == 0) {
            return "";
        }
        int request = (flags & CAPPED) != 0 ? NetlinkMessage.HEADER : body.getInt(Integer.BYTES);
        int at = Integer.BYTES + NetlinkMessage.align(request);
        return at > body.limit() ? "" : new NetlinkAttributes(body, at).text(MESSAGE);
    }
}
