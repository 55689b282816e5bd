package org.nettytun.channel;

import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.MessageSizeEstimator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketVector;

/** Counts the memory that a packet keeps from others, its whole slot, so that watermarks bound memory. */
final class PacketSizeEstimator implements MessageSizeEstimator, MessageSizeEstimator.Handle {
    static final PacketSizeEstimator INSTANCE = new PacketSizeEstimator();
    private static final Handle OTHERS = DefaultMessageSizeEstimator.DEFAULT.newHandle();

    private PacketSizeEstimator() {
    }

    @Override
    public Handle newHandle() {
        return this;
    }

    @Override
    public int size(Object message) {
        if (message instanceof PacketBuf packet) {
            return packet.memoryBytes();
        }
        return message instanceof PacketVector vector ? vector.memoryBytes() : OTHERS.size(message);
    }
}
