package org.nettytun.channel;

import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IovArray;
import io.netty.channel.unix.Limits;
import io.netty.util.concurrent.FastThreadLocal;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketVector;
import org.nettytun.linux.Errno;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/** Outbound: one packet, one system call. The event loop's thread only. */
final class PacketWriter {
    /** Nothing is left to write. */
    static final int EMPTY = 1;
    /** {@code EAGAIN}: the rest waits for {@code EPOLLOUT}. */
    static final int AGAIN = 0;
    /** For {@code -errno}: an empty packet, of which the kernel is not asked. */
    private static final int NOTHING = Integer.MIN_VALUE;
    /** So many at once, and there is more. */
    static final int MORE = 2;

    /** Where {@code writev} finds the pieces of a composite packet; one for each loop. */
    private static final FastThreadLocal<IovArray> VECTORS = new FastThreadLocal<>() {
        @Override
        protected IovArray initialValue() {
            return new IovArray(Limits.IOV_MAX);
        }

        @Override
        protected void onRemoval(IovArray array) {
            array.release();
        }
    };

    private PacketWriter() {
    }

    /**
     * Writes what is flushed, each a packet that was {@link PacketBuf#accept accepted}. What the kernel took succeeds;
     * what it refused fails alone, and is counted.
     *
     * @param budget packets at most
     * @return {@link #EMPTY}, {@link #AGAIN}, {@link #MORE}, or {@code -errno} when the device or peer is gone
     */
    static int drain(ChannelOutboundBuffer in, FileDescriptor fd, int budget) throws IOException {
        int left = budget;
        while (left > 0) {
            Object next = in.current();
            int result;
            if (next == null) {
                return EMPTY;
            } else if (next instanceof PacketBuf packet) {
                left--;
                result = drain(in, fd, packet);
            } else if (next instanceof PacketVector vector) {
                left -= vector.size();
                result = drain(in, fd, vector);
            } else { // cancelled: Netty released the packet, and left something empty
                in.remove();
                continue;
            }
            if (result <= 0) {
                return result;
            }
        }
        return in.isEmpty() ? EMPTY : MORE;
    }

    /** @return more than 0 when it is done with, else {@link #AGAIN} or {@code -errno} as above */
    private static int drain(ChannelOutboundBuffer in, FileDescriptor fd, PacketBuf packet) throws IOException {
        int result = write(fd, packet);
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
    static void refuseAll(ChannelOutboundBuffer in, PacketRefusedException why) {
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

    /** The same of all that is in a vector, whose promise fails if one of them was refused. */
    private static int drain(ChannelOutboundBuffer in, FileDescriptor fd, PacketVector vector) throws IOException {
        for (PacketBuf packet = vector.current(); packet != null; packet = vector.current()) {
            int result = write(fd, packet);
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
    private static boolean isRefusal(int result) {
        return result < 0 && !PacketRefusedException.isGone(-result);
    }

    private static PacketRefusedException refusal(int result) {
        return result == NOTHING ? PacketRefusedException.EMPTY : PacketRefusedException.of(-result);
    }

    /**
     * Hands the readable bytes of {@code packet} to the kernel as one packet. Moves no index.
     *
     * @param packet in direct memory, of at most {@link Limits#IOV_MAX} pieces
     * @return bytes written, all of them; 0 for {@code EAGAIN}; {@link #NOTHING}; else {@code -errno}
     */
    private static int write(FileDescriptor fd, PacketBuf packet) throws IOException {
        if (!packet.isReadable()) {
            return NOTHING;
        }
        try {
            if (packet.hasMemoryAddress()) {
                return fd.writeAddress(packet.memoryAddress(), packet.readerIndex(), packet.writerIndex());
            }
            IovArray pieces = VECTORS.get();
            pieces.clear();
            if (!pieces.add(packet, packet.readerIndex(), packet.readableBytes())) {
                return -Errno.EMSGSIZE; // it grew after it was written
            }
            return (int) fd.writevAddresses(pieces.memoryAddress(0), pieces.count());
        } catch (NativeIoException e) {
            return e.expectedErr();
        } catch (ClosedChannelException e) {
            return -Errno.EBADF; // this is what Netty makes of it
        }
    }
}
