package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IovArray;
import io.netty.channel.unix.Limits;
import io.netty.util.concurrent.FastThreadLocal;
import org.nettytun.linux.Errno;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/** Outbound: one packet, one system call. The event loop's thread only. */
final class PacketWriter {
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
            pieces.add(packet, packet.readerIndex(), packet.readableBytes());
            return (int) fd.writevAddresses(pieces.memoryAddress(0), pieces.count());
        } catch (NativeIoException e) {
            return e.expectedErr();
        } catch (ClosedChannelException e) {
            return -Errno.EBADF; // this is what Netty makes of it
        }
    }
}
