package org.nettytun.buffer;

import io.netty.buffer.AbstractByteBufAllocatorTest;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Netty's own test of an allocator; what of it does not apply is in {@link NettySuites}. */
@ExtendWith(NettySuites.class)
class AllocatorContractTest extends AbstractByteBufAllocatorTest<NapiByteBufAllocator> {
    private ByteBufAllocator parent = new UnpooledByteBufAllocator(true);

    @Override
    protected NapiByteBufAllocator newAllocator(boolean preferDirect) {
        return new NapiByteBufAllocator(parent, 1 << 16, 64, 64L << 20,
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

    /** Heap buffers are the parent's, so this is asked of a parent that has chunks. */
    @Test
    @Override
    public void shouldReuseChunks() throws Exception {
        parent = new AdaptiveByteBufAllocator(true);
        super.shouldReuseChunks();
    }
}
