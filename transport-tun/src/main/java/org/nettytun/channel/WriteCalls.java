package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IovArray;
import io.netty.channel.unix.Limits;
import io.netty.util.concurrent.FastThreadLocal;
import org.nettytun.linux.Errno;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/**
 * The system calls of writing to one queue, one packet each. They move no index and return the bytes written, all of
 * them; 0 for {@code EAGAIN}; else {@code -errno}. The event loop's thread only.
 */
final class WriteCalls {
    /** A virtio header and the longest packet. */
    private static final int SCRATCH_BYTES = 64 + TunLink.MAX_MTU;

    /** Where {@code writev} finds the pieces of a packet; one for each loop. */
    private static final FastThreadLocal<IovArray> PIECES = new FastThreadLocal<>() {
        @Override
        protected IovArray initialValue() {
            return new IovArray(Limits.IOV_MAX);
        }

        @Override
        protected void onRemoval(IovArray array) {
            array.release();
        }
    };
    /** What is written and forgotten: headers, segments, finished copies; one for each loop, and so in its cache. */
    private static final FastThreadLocal<ByteBuf> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected ByteBuf initialValue() {
            return Unpooled.directBuffer(SCRATCH_BYTES, SCRATCH_BYTES);
        }

        @Override
        protected void onRemoval(ByteBuf scratch) {
            free(scratch);
        }
    };

    private final FileDescriptor fd;

    WriteCalls(FileDescriptor fd) {
        this.fd = fd;
    }

    private static void free(ByteBuf scratch) {
        scratch.release();
    }

    /** Empty; whatever it held is forgotten. */
    ByteBuf scratch() {
        return SCRATCH.get().clear();
    }

    /** The readable bytes of {@code packet}, in direct memory, of at most {@link Limits#IOV_MAX} pieces. */
    int write(ByteBuf packet) throws IOException {
        if (!packet.hasMemoryAddress()) {
            return pieces().add(packet, packet.readerIndex(), packet.readableBytes()) ? writePieces()
                    : -Errno.EMSGSIZE; // it grew after it was written
        }
        try {
            return fd.writeAddress(packet.memoryAddress(), packet.readerIndex(), packet.writerIndex());
        } catch (NativeIoException e) {
            return e.expectedErr();
        } catch (ClosedChannelException e) {
            return -Errno.EBADF; // this is what Netty makes of it
        }
    }

    /** {@code head} and {@code packet}, one behind the other. */
    int write(ByteBuf head, ByteBuf packet) throws IOException {
        IovArray pieces = pieces();
        return pieces.add(head, head.readerIndex(), head.readableBytes())
                && pieces.add(packet, packet.readerIndex(), packet.readableBytes()) ? writePieces() : -Errno.EMSGSIZE;
    }

    /** None yet; to be filled, and written with {@link #writePieces}. */
    IovArray pieces() {
        IovArray pieces = PIECES.get();
        pieces.clear();
        return pieces;
    }

    int writePieces() throws IOException {
        IovArray pieces = PIECES.get();
        try {
            return (int) fd.writevAddresses(pieces.memoryAddress(0), pieces.count());
        } catch (NativeIoException e) {
            return e.expectedErr();
        } catch (ClosedChannelException e) {
            return -Errno.EBADF; // this is what Netty makes of it
        }
    }
}
