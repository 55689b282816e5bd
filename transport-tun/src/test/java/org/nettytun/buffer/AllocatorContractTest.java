package org.nettytun.buffer;

import io.netty.buffer.AbstractByteBufAllocatorTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Netty's own test of an allocator. */
class AllocatorContractTest extends AbstractByteBufAllocatorTest<NapiByteBufAllocator> {
    @Override
    protected NapiByteBufAllocator newAllocator(boolean preferDirect) {
        return new NapiByteBufAllocator(new UnpooledByteBufAllocator(preferDirect), 1 << 16, 64, 64L << 20,
                preferDirect, NapiSizes.LINUX_6_19, 0);
    }

    @Override
    protected NapiByteBufAllocator newUnpooledAllocator() {
        return newAllocator(true);
    }

    /** A slab is used with the first slot and stays. */
    @Test
    @Override
    public void testUsedDirectMemory() {
        NapiByteBufAllocator allocator = newAllocator(true);
        assertEquals(0, allocator.usedDirectMemory());
        ByteBuf buffer = allocator.directBuffer(1024, 4096);
        long slab = allocator.usedDirectMemory();
        assertEquals(allocator.slabBytes(), slab);
        assertTrue(slab >= 15 * (1 << 16), () -> "slab=" + slab);
        buffer.capacity(4096);
        assertEquals(slab, allocator.usedDirectMemory());
        buffer.release();
        assertEquals(slab, allocator.usedDirectMemory());
    }

    /** It asks for heap buffers, which are the parent's, and the parent here has no chunks. */
    @Override
    public void shouldReuseChunks() {
        assertEquals(0, newAllocator(true).usedHeapMemory());
    }
}
