package org.nettytun.channel;

import io.netty.channel.ChannelOutboundBuffer;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketVector;
import org.nettytun.stats.TunStats;

import java.io.IOException;

/** Outbound: one packet, one system call. Belongs to one queue. The event loop's thread only. */
final class PacketWriter {
    /** Nothing is left to write. */
    static final int EMPTY = 1;
    /** {@code EAGAIN}: the rest waits for {@code EPOLLOUT}. */
    static final int AGAIN = 0;
    /** So many at once, and there is more. */
    static final int MORE = 2;
    /** For {@code -errno}: an empty packet, of which the kernel is not asked. */
    private static final int NOTHING = Integer.MIN_VALUE + 1;

    private final WriteCalls calls;
    private final OwingWriter owing;
    private final boolean hasHeader;
    private final MergingWriter merging;
    /** What was last drained. */
    private ChannelOutboundBuffer flushed;

    PacketWriter(TunDevice device, TunStats stats) {
        Offloads offloads = device.offloads();
        calls = new WriteCalls(device.fd());
        owing = new OwingWriter(calls, offloads, stats);
        hasHeader = offloads.headerLength() > 0;
        merging = offloads.takesSuper() ? new MergingWriter(this, calls, owing, offloads, stats) : null;
    }

    /**
     * Writes what is flushed, each a packet that was {@link PacketBuf#accept accepted}. What the kernel took succeeds;
     * what it refused fails alone, and is counted.
     *
     * @param budget packets at most
     * @return {@link #EMPTY}, {@link #AGAIN}, {@link #MORE}, or {@code -errno} when the device or peer is gone
     */
    int drain(ChannelOutboundBuffer in, int budget) throws IOException {
        flushed = in;
        int left = budget;
        while (left > 0) {
            Object next = in.current();
            int size = next instanceof PacketVector vector ? vector.size() : 1;
            int result;
            if (next == null) {
                return EMPTY;
            } else if (!(next instanceof PacketBuf) && !(next instanceof PacketVector)) {
                in.remove(); // cancelled: Netty released the packet, and left something empty
                continue;
            } else if (merging != null && size > 0 && merging.isNeeded(in, size)) {
                result = merging.drain(in, left);
                size = merging.drained();
            } else {
                result = next instanceof PacketBuf packet ? drain(in, packet) : drain(in, (PacketVector) next);
            }
            left -= size;
            if (result <= 0) {
                return result;
            }
        }
        return in.isEmpty() ? EMPTY : MORE;
    }

    /** @return more than 0 when it is done with, else {@link #AGAIN} or {@code -errno} as above */
    private int drain(ChannelOutboundBuffer in, PacketBuf packet) throws IOException {
        int result = write(packet);
        if (result > 0) {
            packet.sent();
            in.remove();
        } else if (isRefusal(result)) {
            PacketRefusedException why = refusal(result);
            packet.refused(why.reason());
            in.remove(why);
            return 1;
        }
        return result;
    }

    /** Nothing of what is flushed can be written any more. */
    void refuseAll(ChannelOutboundBuffer in, PacketRefusedException why) {
        if (merging != null) {
            merging.refuseAll(in, why);
        }
        for (Object next = in.current(); next != null; next = in.current()) {
            if (next instanceof PacketBuf packet) {
                packet.refused(why.reason());
            } else if (next instanceof PacketVector vector) {
                while (vector.current() != null) {
                    vector.refused(why.reason(), why);
                }
            }
            in.remove(why);
        }
    }

    /**
     * The channel is closed, and Netty is about to fail what waits to be written.
     *
     * @param why it will fail with
     */
    void close(Throwable why) {
        if (merging != null && flushed != null) {
            merging.close(flushed, why);
        }
        flushed = null;
    }

    /** The same of all that is in a vector, whose promise fails if one of them was refused. */
    private int drain(ChannelOutboundBuffer in, PacketVector vector) throws IOException {
        for (PacketBuf packet = vector.current(); packet != null; packet = vector.current()) {
            int result = write(packet);
            if (result > 0) {
                vector.sent();
            } else if (isRefusal(result)) {
                PacketRefusedException why = refusal(result);
                vector.refused(why.reason(), why);
            } else {
                return result;
            }
        }
        if (vector.refusal() == null) {
            in.remove();
        } else {
            in.remove(vector.refusal());
        }
        return 1;
    }

    /** Whether it is about this packet alone. */
    static boolean isRefusal(int result) {
        return result < 0 && !PacketRefusedException.isGone(-result);
    }

    PacketRefusedException refusal(int result) {
        return result == NOTHING ? PacketRefusedException.EMPTY
                : result == OwingWriter.REFUSED ? owing.refusal() : PacketRefusedException.of(-result);
    }

    /**
     * Hands {@code packet} to the kernel.
     *
     * @return bytes written, all of them; 0 for {@code EAGAIN}; a {@link #refusal}; else {@code -errno}
     */
    int write(PacketBuf packet) throws IOException {
        if (!packet.isReadable()) {
            return NOTHING;
        }
        return hasHeader || packet.metadata().isOwing() ? owing.write(packet) : calls.write(packet);
    }
}
