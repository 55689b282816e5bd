package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

/** Where the router's own packets come from: errors, answers, fragments, copies. Belongs to one event loop. */
final class Packets {
    private static final int BATCH = 64;

    private final ByteBufAllocator alloc;
    private final NapiByteBufAllocator slots;
    private final TunStats ledger;
    private final PacketBuf[] reserved = new PacketBuf[BATCH];
    private int left;

    /** @param ledger of the packets that are made here */
    Packets(ByteBufAllocator alloc, TunStats ledger) {
        this.alloc = alloc;
        this.slots = alloc instanceof NapiByteBufAllocator napi ? napi : null;
        this.ledger = ledger;
    }

    /**
     * A packet of that many bytes, whatever they are; null if there is no memory.
     *
     * @param made how it came to be
     */
    PacketBuf get(int length, Term made) {
        PacketBuf packet = slots != null && length <= slots.slotBytes() ? slot() : other(length);
        if (packet == null) {
            return null;
        }
        ledger.count(made, length);
        packet.readFrom(ledger).writerIndex(length);
        return packet;
    }

    private PacketBuf slot() {
        return left > 0 ? reserved[--left] : slots.allocate();
    }

    private PacketBuf other(int length) {
        ByteBuf memory = buffer(length);
        return memory == null || memory instanceof PacketBuf ? (PacketBuf) memory : PacketBuf.build(memory, ledger);
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
    PacketBuf copy(ByteBuf packet, Term made) {
        PacketBuf copy = get(packet.readableBytes(), made);
        if (copy != null) {
            copy.setBytes(0, packet, packet.readerIndex(), packet.readableBytes());
        }
        return copy;
    }

    /** Fetches packets at once that will be asked for one by one. Give back the rest. */
    void reserve(int packets, int length) {
        if (slots != null && length <= slots.slotBytes() && packets > 1) {
            left = slots.allocateBulk(reserved, Math.min(packets, BATCH));
        }
    }

    /** Returns what was reserved and not used. */
    void giveBack() {
        if (left > 0) {
            PacketBuf.consume(reserved, 0, left);
            left = 0;
        }
    }

    /** Counts a packet that became several. */
    void count(Term cut, ByteBuf packet) {
        ledger.count(cut, packet.readableBytes());
    }
}
