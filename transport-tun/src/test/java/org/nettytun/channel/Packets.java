package org.nettytun.channel;

import java.nio.ByteBuffer;

/** Packets for tests: IPv4 with a true length field, and a body that tells them apart. */
final class Packets {
    static final int HEADER = 20;

    private Packets() {
    }

    /** @param length bytes, 24 at least; @param number written behind the header */
    static byte[] ipv4(int length, int number) {
        byte[] bytes = new byte[length];
        ByteBuffer.wrap(bytes).put((byte) 0x45).put((byte) 0).putShort((short) length).putInt(0).put((byte) 64)
                .put((byte) 253).putShort((short) 0).putInt(0x0a070002).putInt(0x0a070001).putInt(number);
        for (int i = HEADER + Integer.BYTES; i < length; i++) {
            bytes[i] = (byte) (i * 31 + number);
        }
        return bytes;
    }

    static int number(byte[] packet) {
        return ByteBuffer.wrap(packet).getInt(HEADER);
    }
}
