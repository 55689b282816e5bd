package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;

/** Where the router's own packets come from: errors, answers, fragments, copies. Belongs to one event loop. */
final class Packets {
    private static final int BATCH = 64;

    private final ByteBufAllocator alloc;
    private final NapiByteBufAllocator slots;
    private final PacketBuf[] reserved = new PacketBuf[BATCH];
    private int left;

    Packets(ByteBufAllocator alloc) {
        this.alloc = alloc;
        this.slots = alloc instanceof NapiByteBufAllocator napi ? napi : null;
    }

    /** A packet of that many bytes, whatever they are; null if there is no memory. */
    ByteBuf get(int length) {
        if (slots == null || length > slots.slotBytes()) {
            return buffer(length);
        }
        PacketBuf packet = left > 0 ? reserved[--left] : slots.allocate();
        return packet == null ? null : packet.writerIndex(length);
    }

    /** Memory that is no packet, or for one that is longer than a slot; null if there is none. */
    ByteBuf buffer(int length) {
        try {
            return alloc.directBuffer(length, length).writerIndex(length);
        } catch (OutOfMemoryError e) {   // Netty's: its bound of direct memory is reached; ours is not to fail for it
            return null;
        }
    }

    /** What lies between reader and writer index, in memory that nobody else has; null if there is none. */
    ByteBuf copy(ByteBuf packet) {
        ByteBuf copy = get(packet.readableBytes());
        return copy == null ? null : copy.setBytes(0, packet, packet.readerIndex(), packet.readableBytes());
    }

    /** Fetches packets at once that will be asked for one by one. Give back the rest. */
    void reserve(int packets, int length) {
        if (slots != null && length <= slots.slotBytes() && packets > 1) {
            left = slots.allocateBulk(reserved, Math.min(packets, BATCH));
        }
    }

    /** Releases what was reserved and not used. */
    void giveBack() {
        while (left > 0) {
            reserved[--left].release();
        }
    }
}
