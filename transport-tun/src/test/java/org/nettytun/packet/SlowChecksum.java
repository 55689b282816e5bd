package org.nettytun.packet;

/** The checksum as RFC 1071, section 1 says it: word by word, carry by carry. */
final class SlowChecksum {
    private SlowChecksum() {
    }

    static int of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    static int of(byte[] bytes, int from, int length) {
        int sum = 0;
        int end = from + length;
        for (int i = from; i < end; i += 2) {
            int low = i + 1 < end ? bytes[i + 1] & 0xff : 0;
            sum += (bytes[i] & 0xff) << 8 | low;
            if (sum > 0xffff) {
                sum -= 0xffff;
            }
        }
        return ~sum & 0xffff;
    }
}
