package org.nettytun.buffer;

import io.netty.buffer.AbstractByteBufAllocatorTest;
import io.netty.buffer.UnpooledByteBufAllocator;

/** Netty's own test of an allocator. */
class AllocatorContractTest extends AbstractByteBufAllocatorTest<NapiByteBufAllocator> {
    @Override
    protected NapiByteBufAllocator newAllocator(boolean preferDirect) {
        return new NapiByteBufAllocator(new UnpooledByteBufAllocator(preferDirect), 1 << 16, 64L << 20, preferDirect,
                NapiCache.Sizes.DEFAULT);
    }

    @Override
    protected NapiByteBufAllocator newUnpooledAllocator() {
        return newAllocator(true);
    }
}
