package org.nettytun.channel;

import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.util.UncheckedBooleanSupplier;

import java.util.function.IntSupplier;

/**
 * Guesses that the next packet is as long as a packet can be: a read that offers less would lose its end. A batch is
 * full, too, when it is so many bytes that they would no longer be in the processor's cache when they are written.
 */
final class MtuRecvByteBufAllocator extends DefaultMaxMessagesRecvByteBufAllocator {
    /** More than 64 packets of the usual MTU; of a cache of a core, less than the half of most. */
    private static final int BATCH_BYTES = 128 << 10;

    private final IntSupplier readSize;

    MtuRecvByteBufAllocator(IntSupplier readSize) {
        this.readSize = readSize;
    }

    @Override
    public ExtendedHandle newHandle() {
        return new Handle();
    }

    /** Whether it was bytes that ended the batch. Never, with an allocator of the application's. */
    static boolean isFullOfBytes(ExtendedHandle handle) {
        return handle instanceof Handle ours && ours.isFullOfBytes();
    }

    private final class Handle extends MaxMessageHandle {
        @Override
        public int guess() {
            return readSize.getAsInt();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier more) {
            return !isFullOfBytes() && super.continueReading(more);
        }

        boolean isFullOfBytes() {
            return totalBytesRead() >= BATCH_BYTES;
        }
    }
}
