package org.nettytun.packet;

import io.netty.buffer.ByteBuf;

/**
 * The options of a TCP header: one byte of kind, one of length (both included), then a value; kinds 0 and 1 are alone.
 * Any thread; holds nothing. Source: RFC 9293, section 3.2.
 */
public final class TcpOptions {
    /** Nothing follows. */
    public static final int END = 0;
    /** Padding. */
    public static final int NO_OPERATION = 1;
    /** Bytes of the longest segment; in a SYN alone. */
    public static final int MAXIMUM_SEGMENT_SIZE = 2;
    /** Bytes of that option. */
    public static final int MAXIMUM_SEGMENT_SIZE_LENGTH = 4;
    /** Two clocks. Source: RFC 7323, section 3.2. */
    public static final int TIMESTAMP = 8;
    /** Bytes of that option. */
    public static final int TIMESTAMP_LENGTH = 10;

    private TcpOptions() {
    }

    /**
     * Looks for an option in the bytes from {@code at} to {@code end}, up to the first that is malformed.
     *
     * @param length bytes it must have, for a shorter one holds no value
     * @return index of its kind, or -1
     */
    public static int find(ByteBuf buf, int at, int end, int kind, int length) {
        int option = at;
        while (option < end) {
            int found = buf.getUnsignedByte(option);
            if (found == END) {
                return -1;
            }
            if (found == NO_OPERATION) {
                option++;
                continue;
            }
            int bytes = option + 1 < end ? buf.getUnsignedByte(option + 1) : 0;
            if (bytes < 2 || bytes > end - option) {
                return -1;
            }
            if (found == kind && bytes == length) {
                return option;
            }
            option += bytes;
        }
        return -1;
    }
}
