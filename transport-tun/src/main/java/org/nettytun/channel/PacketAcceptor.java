package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.UnixChannelUtil;
import io.netty.util.internal.StringUtil;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketVector;
import org.nettytun.stats.Direction;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;

/**
 * Outbound, before the queue: what is written becomes packets of this channel, in memory that the kernel can read. The
 * event loop's thread only.
 */
record PacketAcceptor(TunChannel channel) {
    /** @return a {@link PacketBuf} or {@link PacketVector}; {@code message} is no longer the caller's */
    Object accept(Object message) {
        if (message instanceof PacketVector vector) {
            return accept(vector);
        }
        if (!(message instanceof ByteBuf packet)) {
            throw new UnsupportedOperationException("write: expected a ByteBuf that holds one IP packet, or a"
                    + " PacketVector: message=" + StringUtil.simpleClassName(message));
        }
        return PacketBuf.accept(isCopyNeeded(packet) ? copy(packet) : packet, channel.stats());
    }

    private PacketVector accept(PacketVector vector) {
        for (int i = 0; i < vector.size(); i++) {
            PacketBuf packet = vector.get(i);
            if (isCopyNeeded(packet)) {
                vector.set(i, PacketBuf.build(copyOf(vector, i), channel.stats()));
            }
        }
        return vector.accept(channel.stats());
    }

    /** Without memory that packet is refused, and the others are accepted all the same: Netty lets them go, counted. */
    private ByteBuf copyOf(PacketVector vector, int index) {
        try {
            return copy(vector.get(index));
        } catch (Throwable t) {
            vector.remove(index).consume();
            vector.accept(channel.stats());
            throw t;
        }
    }

    private static boolean isCopyNeeded(ByteBuf packet) {
        return packet.isReadable() && UnixChannelUtil.isBufferCopyNeededForWrite(packet);
    }

    private ByteBuf copy(ByteBuf packet) {
        int length = packet.readableBytes();
        ByteBuf direct = null;
        try {
            direct = channel.alloc().directBuffer(length);
            direct.writeBytes(packet, packet.readerIndex(), length);
        } catch (Throwable t) {
            if (direct != null) {
                direct.release();
            }
            channel.stats().count(Term.ACCEPTED, length);
            channel.stats().count(Term.REFUSED, length);
            channel.stats().drop(Direction.OUTBOUND, KernelDropReason.NOMEM, length);
            throw t;
        }
        packet.release();
        channel.stats().count(Term.COPIED, length);
        return direct;
    }
}
