package org.nettytun.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The attributes of a message by type. One that is not there reads as 0, empty or {@code null}. */
final class NetlinkAttributes {
    private static final int TYPE_MASK = 0x3fff; // without NLA_F_NESTED and NLA_F_NET_BYTEORDER

    private final Map<Integer, ByteBuffer> values = new HashMap<>();

    /**
     * @param at index of the first
     * @throws NetlinkFormatException one is shorter than its header or longer than {@code body}
     */
    NetlinkAttributes(ByteBuffer body, int at) {
        int next = at;
        int header = NetlinkMessage.ATTRIBUTE_HEADER;
        while (next < body.limit()) {
            int left = body.limit() - next;
            int length = left < header ? 0 : body.getShort(next) & 0xffff;
            if (length < header || length > left) {
                throw new NetlinkFormatException("an attribute of " + length + " bytes where " + left + " are left");
            }
            int type = body.getShort(next + 2) & TYPE_MASK;
            values.put(type, body.slice(next + header, length - header).order(body.order()));
            next += NetlinkMessage.align(length);
        }
    }

    boolean has(int type) {
        return values.containsKey(type);
    }

    /** The value's bytes; empty if it is not there. */
    ByteBuffer get(int type) {
        return values.getOrDefault(type, Bytes.of(new byte[0]));
    }

    /** @throws NetlinkFormatException it is there, and has not 4 bytes */
    int u32(int type) {
        if (!has(type)) {
            return 0;
        }
        ByteBuffer value = get(type);
        if (value.limit() != Integer.BYTES) {
            throw new NetlinkFormatException("attribute " + type + " of " + value.limit() + " bytes instead of 4");
        }
        return value.getInt(0);
    }

    byte[] bytes(int type) {
        ByteBuffer value = get(type);
        byte[] copy = new byte[value.limit()];
        value.get(0, copy);
        return copy;
    }

    /** Up to the zero that ends a C string. */
    String text(int type) {
        byte[] value = bytes(type);
        int end = 0;
        while (end < value.length && value[end] != 0) {
            end++;
        }
        return new String(value, 0, end, StandardCharsets.UTF_8);
    }

    NetlinkAttributes nested(int type) {
        return new NetlinkAttributes(get(type), 0);
    }
}
