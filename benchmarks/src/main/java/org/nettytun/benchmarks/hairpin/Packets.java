package org.nettytun.benchmarks.hairpin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * The packets of the hairpin: UDP without a checksum, 10.7.1.2 to 10.7.2.2, a flow each. All have the same IPv4
 * header, so four constant bytes undo what forwarding changed. Any thread. Uses what Netty 4.1 and 4.2 have in common.
 */
final class Packets {
    static final int IN_FLIGHT = 64;
    /** Index of TTL, protocol and header checksum, four bytes. */
    static final int CHANGED = 8;
    /** Index of the destination's address. */
    static final int DESTINATION_AT = 16;
    /** Index of the source port, by which flows differ. */
    static final int FLOW_AT = 20;

    private static final int VERSION_IHL = 0x4500;
    private static final int TTL_UDP = 64 << 8 | 17;
    private static final int SOURCE = 0x0a070102;
    private static final int DESTINATION = 0x0a070202;
    private static final int FIRST_PORT = 0x4000;
    private static final int DISCARD = 9;
    private static final int IPV4_HEADER = 20;
    private static final int WORD = 0xffff;

    private Packets() {
    }

    /** The four bytes from {@link #CHANGED} on as they were written. */
    static int unchanged(int size) {
        return unchanged(size, DESTINATION);
    }

    /** Those of a packet to another destination. */
    static int unchanged(int size, int destination) {
        int sum = VERSION_IHL + size + TTL_UDP + (SOURCE >>> 16) + (SOURCE & WORD) + (destination >>> 16)
                + (destination & WORD);
        int folded = (sum & WORD) + (sum >>> 16);
        int checksum = ~(folded + (folded >>> 16)) & WORD;
        return TTL_UDP << 16 | checksum;
    }

    /** One packet in direct memory, of the n-th flow. */
    static ByteBuf of(int size, int flow) {
        ByteBuf packet = Unpooled.directBuffer(size, size);
        packet.writeShort(VERSION_IHL).writeShort(size).writeInt(0).writeInt(unchanged(size)).writeInt(SOURCE)
                .writeInt(DESTINATION);
        packet.writeShort(FIRST_PORT + flow).writeShort(DISCARD).writeShort(size - IPV4_HEADER).writeShort(0);
        return packet.writeZero(size - packet.writerIndex());
    }
}
