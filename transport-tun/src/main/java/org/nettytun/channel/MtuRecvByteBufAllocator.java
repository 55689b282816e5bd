package org.nettytun.channel;

import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

import java.util.function.IntSupplier;

/** Guesses that the next packet is as long as a packet can be: a read that offers less would lose its end. */
final class MtuRecvByteBufAllocator extends DefaultMaxMessagesRecvByteBufAllocator {
    private final IntSupplier readSize;

    MtuRecvByteBufAllocator(IntSupplier readSize) {
        this.readSize = readSize;
    }

    @Override
    public ExtendedHandle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return readSize.getAsInt();
            }
        };
    }
}
