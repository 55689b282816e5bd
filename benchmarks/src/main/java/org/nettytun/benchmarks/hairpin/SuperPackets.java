package org.nettytun.benchmarks.hairpin;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.stats.TunStats;

/**
 * The packets of {@link Packets}, those that are longer than the MTU as super-packets of UDP datagrams. Any thread.
 */
final class SuperPackets {
    /** Bytes of payload in a segment. */
    static final int SEGMENT = 1448;
    /** From this on it is one. */
    static final int LEAST = 3000;

    private static final int TRANSPORT = 20;
    private static final int CHECKSUM = 6;
    private static final int HEADERS = 28;
    private static final int WORD = 0xffff;

    private SuperPackets() {
    }

    static boolean is(int size) {
        return size >= LEAST;
    }

    /** One packet in direct memory, of the n-th flow. */
    static ByteBuf of(int size, int flow) {
        ByteBuf packet = Packets.of(size, flow);
        if (!is(size)) {
            return packet;
        }
        int sum = 17 + size - TRANSPORT;   // the pseudo-header's
        for (int at = 12; at < TRANSPORT; at += Short.BYTES) {
            sum += packet.getUnsignedShort(at);
        }
        packet.setShort(TRANSPORT + CHECKSUM, (sum & WORD) + (sum >>> 16));
        PacketBuf whole = PacketBuf.build(packet, new TunStats());
        whole.metadata().partialChecksum(TRANSPORT, CHECKSUM).gso(GsoType.UDP_L4, false, SEGMENT, HEADERS);
        return whole;
    }
}
