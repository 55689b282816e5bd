package org.nettytun.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The attributes of a message by type. One that is not there reads as 0, empty or {@code null}. */
final class NetlinkAttributes {
    private static final int TYPE_MASK = 0x3fff; // without NLA_F_NESTED and NLA_F_NET_BYTEORDER

    private final Map<Integer, ByteBuffer> values = new HashMap<>();

    /** @param at index of the first; those that do not fit into {@code body} are left out */
    NetlinkAttributes(ByteBuffer body, int at) {
        int next = at;
        while (next + NetlinkMessage.ATTRIBUTE_HEADER <= body.limit()) {
            int length = body.getShort(next) & 0xffff;
            if (length < NetlinkMessage.ATTRIBUTE_HEADER || length > body.limit() - next) {
                break;
            }
            int type = body.getShort(next + 2) & TYPE_MASK;
            int header = NetlinkMessage.ATTRIBUTE_HEADER;
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

    int u32(int type) {
        ByteBuffer value = get(type);
        return value.limit() < Integer.BYTES ? 0 : value.getInt(0);
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
