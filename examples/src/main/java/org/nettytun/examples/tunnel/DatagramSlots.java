package org.nettytun.examples.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/** Has each datagram received into a slot: Netty's own allocators ask for buffers that can grow, and a slot cannot. */
final class DatagramSlots extends DefaultMaxMessagesRecvByteBufAllocator {
    /** As many as a TUN channel reads at once: the kernel's {@code NAPI_POLL_WEIGHT}. */
    private static final int BATCH = 64;

    private final int bytes;

    /** @param bytes of the longest datagram, and one more: one that fills it was longer */
    DatagramSlots(int bytes) {
        super(BATCH);
        this.bytes = bytes;
    }

    @Override
    public ExtendedHandle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return bytes;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                return allocator.directBuffer(bytes, bytes);
            }
        };
    }
}
