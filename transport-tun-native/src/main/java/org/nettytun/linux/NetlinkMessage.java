package org.nettytun.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A netlink request in the making: header, the family's own struct, attributes.
 *
 * <pre>
 * | length u32 | type u16 | flags u16 | sequence u32 | port u32 | struct … |
 * | length u16 | type u16 | value … padded to 4 | …
 * </pre>
 * Source: {@code include/uapi/linux/netlink.h}, v6.12.
 */
final class NetlinkMessage {
    static final int HEADER = 16;
    static final int ATTRIBUTE_HEADER = 4;

    static final int REQUEST = 0x1;
    static final int ACK = 0x4;
    static final int DUMP = 0x300;
    static final int REPLACE = 0x100;
    static final int EXCLUSIVE = 0x200;
    static final int CREATE = 0x400;

    private static final int CAPACITY = 1024; // the longest request of ours is a tenth of it
    private static final int TYPE = 4;
    private static final int FLAGS = 6;
    private static final int SEQUENCE = 8;

    private final ByteBuffer bytes = ByteBuffer.allocate(CAPACITY).order(ByteOrder.nativeOrder());

    NetlinkMessage(int type, int flags) {
        bytes.putShort(TYPE, (short) type).putShort(FLAGS, (short) (REQUEST | flags)).position(HEADER);
    }

    NetlinkMessage u8(int value) {
        bytes.put((byte) value);
        return this;
    }

    NetlinkMessage u16(int value) {
        bytes.putShort((short) value);
        return this;
    }

    NetlinkMessage u32(int value) {
        bytes.putInt(value);
        return this;
    }

    NetlinkMessage attribute(int type, int value) {
        return attribute(type, Bytes.ofInt(value));
    }

    /** With the zero that ends a C string. */
    NetlinkMessage attribute(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        byte[] terminated = new byte[text.length + 1];
        System.arraycopy(text, 0, terminated, 0, text.length);
        return attribute(type, terminated);
    }

    NetlinkMessage attribute(int type, byte[] value) {
        bytes.putShort((short) (ATTRIBUTE_HEADER + value.length)).putShort((short) type).put(value);
        bytes.position(align(bytes.position()));
        return this;
    }

    byte[] finish(int sequence) {
        bytes.putInt(0, bytes.position()).putInt(SEQUENCE, sequence);
        byte[] message = new byte[bytes.position()];
        bytes.get(0, message);
        return message;
    }

    static int align(int length) {
        return length + 3 & ~3;
    }
}
