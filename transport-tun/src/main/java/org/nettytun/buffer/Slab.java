package org.nettytun.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

/**
 * One piece of direct memory, cut into slots of one size, each with its head. Belongs to its {@link SlotPool}, whose
 * lock guards it. Holds the heads that are home and no others: a head that was lost can be found by the leak detector.
 */
final class Slab {
    private final ByteBuf memory;
    private final PacketBuf[] home;
    private int count;

    /**
     * @param slots  packets it holds
     * @param stride bytes from slot to slot, headroom included
     * @throws OutOfMemoryError when there is no direct memory left
     */
    Slab(SlotPool pool, int slots, int stride) {
        memory = UnpooledByteBufAllocator.DEFAULT.directBuffer(slots * stride, slots * stride);
        try {
            home = new PacketBuf[slots];
            long address = memory.hasMemoryAddress() ? memory.memoryAddress() : 0;
            for (int i = slots - 1; i >= 0; i--) {
                home[count++] = new PacketBuf(pool, this, memory.nioBuffer(i * stride, stride),
                        address == 0 ? 0 : address + (long) i * stride);
            }
        } catch (Throwable t) { // there is no heap left, and nobody would release it
            memory.release();
            throw t;
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isWhole() {
        return count == home.length;
    }

    int count() {
        return count;
    }

    PacketBuf take() {
        PacketBuf head = home[--count];
        home[count] = null;
        return head;
    }

    /** Cannot fail: there is a place for each slot. */
    void give(PacketBuf head) {
        home[count++] = head;
    }

    /** Gives the memory back. Only when it is whole. */
    void free() {
        memory.release();
    }
}
