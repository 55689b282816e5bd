package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IovArray;
import io.netty.channel.unix.Limits;
import io.netty.util.concurrent.FastThreadLocal;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.linux.Errno;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/** Outbound: one packet, one system call. The event loop's thread only. */
final class PacketWriter {
    /** Nothing is left to write. */
    static final int EMPTY = 1;
    /** {@code EAGAIN}: the rest waits for {@code EPOLLOUT}. */
    static final int AGAIN = 0;
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
        for (int left = budget; left > 0; left--) {
            Object next = in.current();
            if (next == null) {
                return EMPTY;
            }
            if (!(next instanceof PacketBuf packet)) { // cancelled: Netty released the packet, and left something empty
                in.remove();
                continue;
            }
            if (!packet.isReadable()) {
                refused(in, packet, PacketRefusedException.EMPTY);
                continue;
            }
            int result = write(fd, packet);
            if (result > 0) {
                packet.sent();
                in.remove();
            } else if (result == 0) {
                return AGAIN;
            } else if (PacketRefusedException.isGone(-result)) {
                return result;
            } else {
                refused(in, packet, PacketRefusedException.of(-result));
            }
        }
        return in.isEmpty() ? EMPTY : MORE;
    }

    private static void refused(ChannelOutboundBuffer in, PacketBuf packet, PacketRefusedException why) {
        packet.refused(why.reason());
        in.remove(why);
    }

    /**
     * Hands the readable bytes of {@code packet}, at least one of them, to the kernel as one packet. Moves no index.
     *
     * @param packet in direct memory, of at most {@link Limits#IOV_MAX} pieces
     * @return bytes written, all of them; 0 for {@code EAGAIN}; else {@code -errno}
     */
    static int write(FileDescriptor fd, ByteBuf packet) throws IOException {
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
