package org.nettytun.offload;

import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.packet.UdpHeader;

/**
 * What a packet would be split into, by its metadata, without looking at more of it than TCP's length of header: for
 * counters, and for who holds it against an MTU. Any thread; holds nothing.
 */
public final class SuperPacket {
    private static final int TCP_OFFSET = 12;

    private SuperPacket() {
    }

    /** Whether it owes a split. */
    public static boolean is(PacketBuf packet) {
        return packet.metadata().gsoType() != GsoType.NONE;
    }

    /** Segments that it would be split into; 1 for one that owes no split. */
    public static int segments(PacketBuf packet) {
        if (!is(packet)) {
            return 1;
        }
        int payload = packet.readableBytes() - headerLength(packet);
        int size = Math.max(1, packet.metadata().gsoSize());   // 0 is nonsense, but a pair takes it
        return Math.max(1, (payload + size - 1) / size);
    }

    /**
     * Bytes of the longest packet that leaves in its place, to be held against the MTU of the way out: of the longest
     * segment, headers included; of one that owes no split, its own.
     */
    public static int longest(PacketBuf packet) {
        int length = packet.readableBytes();
        return is(packet) ? Math.min(length, headerLength(packet) + packet.metadata().gsoSize()) : length;
    }

    /** As the transport header says; the number in the metadata may be the length of the first segment. */
    private static int headerLength(PacketBuf packet) {
        PacketMetadata metadata = packet.metadata();
        if (!metadata.needsChecksum() || metadata.start() < 0) {
            return metadata.headerLength();
        }
        if (metadata.gsoType() == GsoType.UDP_L4) {
            return metadata.checksumStart() + UdpHeader.LENGTH;
        }
        int at = metadata.start() + metadata.checksumStart() + TCP_OFFSET;
        if (at >= packet.writerIndex()) {
            return metadata.headerLength();
        }
        return metadata.checksumStart() + (packet.getUnsignedByte(at) >>> 4) * Integer.BYTES;
    }
}
