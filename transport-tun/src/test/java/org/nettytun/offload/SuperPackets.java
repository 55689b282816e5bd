package org.nettytun.offload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.stats.DropReason;

import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Merges and splits whole lists of packets, by the classes under test. */
public final class SuperPackets {
    private SuperPackets() {
    }

    /** What is sent instead of these, to be released. */
    public static List<PacketBuf> merge(List<byte[]> packets) {
        GroMerger merger = new GroMerger(Math.max(1, packets.size()));
        List<PacketBuf> added = new ArrayList<>();
        for (byte[] bytes : packets) {
            PacketBuf packet = Segments.packet(new byte[3]);
            packet.writeBytes(bytes).skipBytes(3);
            added.add(packet);
            merger.add(packet);
        }
        List<PacketBuf> merged = new ArrayList<>();
        for (int i = 0; i < merger.packets(); i++) {
            merged.add(joined(merger.packet(i)));
        }
        merger.clear();
        added.forEach(ByteBuf::release);
        return merged;
    }

    /** One that is to be sent, in one piece. */
    public static PacketBuf joined(GroPacket first) {
        if (first.segments() == 1) {
            return Segments.packet(Segments.bytes(first.packet()));
        }
        ByteBuf whole = Unpooled.directBuffer(first.length());
        PacketMetadata metadata = new PacketMetadata();
        first.writeHeaders(whole, metadata);
        assertEquals(first.headerLength(), whole.readableBytes());
        int count = 0;
        for (GroPacket each = first; each != null; each = each.next()) {
            whole.writeBytes(each.packet(), each.payloadAt(), each.payloadLength());
            count++;
        }
        assertEquals(first.segments(), count);
        assertEquals(first.length(), whole.readableBytes());
        PacketBuf packet = Segments.packet(Segments.bytes(whole));
        whole.release();
        packet.metadata().set(metadata);
        return packet;
    }

    /** Its segments; itself, if it owes no split. */
    public static List<byte[]> split(PacketBuf packet) {
        List<byte[]> segments = new ArrayList<>();
        if (!packet.metadata().isOwing()) {
            segments.add(Segments.bytes(packet));
            return segments;
        }
        GsoSplit split = new GsoSplit();
        assertEquals(DropReason.NONE, split.start(packet));
        ByteBuf out = Unpooled.directBuffer(split.longest(), split.longest());
        for (int i = 0; i < split.segments(); i++) {
            split.write(i, out.clear());
            segments.add(Segments.bytes(out));
        }
        out.release();
        return segments;
    }
}
