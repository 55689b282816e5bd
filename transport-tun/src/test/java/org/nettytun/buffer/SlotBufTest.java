package org.nettytun.buffer;

import io.netty.buffer.AbstractByteBufTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Netty's own test of a buffer, all of it, on slots; what does not apply is in {@link NettySuites}. */
@ExtendWith(NettySuites.class)
class SlotBufTest extends AbstractByteBufTest {
    private static final int SLOT = 1 << 16;
    private static final NapiByteBufAllocator SLOTS =
            new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, SLOT, 64L << 20);

    @Override
    protected ByteBuf newBuffer(int length, int maxCapacity) {
        // "As much as you like" is no size of a slot, and nor is what a test of huge buffers asks for.
        int most = maxCapacity == Integer.MAX_VALUE ? SLOT : maxCapacity;
        assumeTrue(length <= SLOT && most <= SLOT, "longer than a slot");
        PacketBuf packet = assertInstanceOf(PacketBuf.class, SLOTS.directBuffer(length, most));
        assertNotNull(packet.slab());
        return packet.setZero(0, length); // some tests take a buffer's bytes for zero, which nobody promises
    }

    /** Netty's asks for 32 MiB, and no packet has that. */
    @Test
    @Override
    public void testInternalNioBuffer() {
        ByteBuf packet = newBuffer(1024, 1024).writeLong(0x0123456789abcdefL);
        assertEquals(0x23456789, packet.internalNioBuffer(1, 4).getInt());
        assertEquals(0x23456789, packet.duplicate().nioBuffer(1, 4).getInt());
        assertThrows(IndexOutOfBoundsException.class, () -> packet.internalNioBuffer(1000, 25));
        packet.release();
    }
}
