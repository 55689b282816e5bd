package org.nettytun.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** C structs in byte arrays. */
final class Bytes {
    private Bytes() {
    }

    static ByteBuffer of(byte[] struct) {
        return ByteBuffer.wrap(struct).order(ByteOrder.nativeOrder());
    }

    static byte[] ofInt(int value) {
        byte[] bytes = new byte[Integer.BYTES];
        of(bytes).putInt(value);
        return bytes;
    }
}
