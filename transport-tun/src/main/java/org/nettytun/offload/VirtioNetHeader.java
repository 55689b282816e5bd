package org.nettytun.offload;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import java.nio.ByteOrder;

/**
 * The header before each packet on a queue opened with {@code IFF_VNET_HDR}, to and from {@link PacketMetadata}. Any
 * thread; holds nothing.
 * <pre>
 *  0        flags        1 NEEDS_CSUM, 2 DATA_VALID
 *  1        gso_type     0 none, 1 TCPV4, 4 TCPV6, 5 UDP_L4; 0x80 ECN
 *  2..3     hdr_len      bytes of all headers, a hint
 *  4..5     gso_size     bytes of payload in a segment
 *  6..7     csum_start   from the packet's first byte
 *  8..9     csum_offset  from csum_start
 * 10..11    num_buffers  in the 12-byte format; zero, and not looked at
 * </pre>
 * All two-byte fields are in the machine's own byte order, as tun has them unless {@code TUNSETVNETLE} or {@code
 * TUNSETVNETBE} was called. Source: {@code include/uapi/linux/virtio_net.h}, {@code drivers/net/tun.c}, v6.12.
 */
public final class VirtioNetHeader {
    /** Bytes of the header that tun has by default. */
    public static final int LENGTH = 10;
    /** Bytes of the header with {@code num_buffers}. */
    public static final int MERGEABLE_LENGTH = 12;

    private static final int FLAGS = 0;
    private static final int GSO_TYPE = 1;
    private static final int HEADER_LENGTH = 2;
    private static final int GSO_SIZE = 4;
    private static final int CSUM_START = 6;
    private static final int CSUM_OFFSET = 8;

    private static final int NEEDS_CSUM = 1;
    private static final int DATA_VALID = 2;
    private static final int ECN = 0x80;
    private static final int CHECKSUM_BYTES = 2;
    private static final int BY_FRAGMENTS = 0xffff;
    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private VirtioNetHeader() {
    }

    /**
     * Reads the header at index {@code at} of {@code buf} into the metadata of {@code packet}, whose readable bytes are
     * what came behind it. Looks at the header alone: whether it fits the packet's protocol is seen when it is split.
     *
     * @return {@link DropReason#NONE}, or {@code DEV_HDR} or {@code SKB_BAD_GSO}, and then the metadata are clear
     */
    public static DropReason read(ByteBuf buf, int at, PacketBuf packet) {
        PacketMetadata into = packet.metadata();
        DropReason wrong = read(buf, at, packet.readableBytes(), into.clear().start(packet.readerIndex()));
        if (wrong != DropReason.NONE) {
            into.clear();
        }
        return wrong;
    }

    private static DropReason read(ByteBuf buf, int at, int length, PacketMetadata into) {
        long header = toNative(buf.getLong(at));
        int flags = field(header, FLAGS, Byte.BYTES);
        int headerLength = field(header, HEADER_LENGTH, Short.BYTES);
        if (headerLength > length) {
            return KernelDropReason.DEV_HDR;
        }
        into.dataValid((flags & DATA_VALID) != 0);
        if ((flags & NEEDS_CSUM) != 0) {
            int start = field(header, CSUM_START, Short.BYTES);
            int offset = toNative(buf.getShort(at + CSUM_OFFSET)) & 0xffff;
            if (start + offset + CHECKSUM_BYTES > length) {
                return KernelDropReason.DEV_HDR;
            }
            into.partialChecksum(start, offset);
        }
        int type = field(header, GSO_TYPE, Byte.BYTES);
        GsoType gso = GsoType.of(type & ~ECN);
        if (gso == null) {
            return KernelDropReason.DEV_HDR;
        }
        if (gso != GsoType.NONE) {
            int size = field(header, GSO_SIZE, Short.BYTES);
            if (size == 0 || size == BY_FRAGMENTS) {
                return KernelDropReason.SKB_BAD_GSO;
            }
            into.gso(gso, (type & ECN) != 0, size, headerLength);
        }
        return DropReason.NONE;
    }

    /**
     * Writes the header.
     *
     * @param length {@link #LENGTH} or more; bytes beyond are zero
     */
    public static void write(PacketMetadata metadata, ByteBuf into, int at, int length) {
        long header = metadata.dataValid() ? place(DATA_VALID, FLAGS, Byte.BYTES) : 0;
        int offset = 0;
        if (metadata.needsChecksum()) {
            header |= place(NEEDS_CSUM, FLAGS, Byte.BYTES)
                    | place(metadata.checksumStart(), CSUM_START, Short.BYTES);
            offset = metadata.checksumOffset();
        }
        if (metadata.gsoType() != GsoType.NONE) {
            header |= place(metadata.gsoType().code() | (metadata.ecn() ? ECN : 0), GSO_TYPE, Byte.BYTES)
                    | place(metadata.headerLength(), HEADER_LENGTH, Short.BYTES)
                    | place(metadata.gsoSize(), GSO_SIZE, Short.BYTES);
        }
        into.setLong(at, toNative(header)).setShort(at + CSUM_OFFSET, toNative((short) offset));
        if (length > LENGTH) {
            into.setZero(at + LENGTH, length - LENGTH);
        }
    }

    /** Between the machine's order and a buffer's, either way. */
    private static long toNative(long value) {
        return LITTLE ? Long.reverseBytes(value) : value;
    }

    private static short toNative(short value) {
        return LITTLE ? Short.reverseBytes(value) : value;
    }

    /** Of the header's first eight bytes, as a number in the machine's order: those from {@code at} on. */
    private static int field(long header, int at, int bytes) {
        return (int) (header >>> shift(at, bytes)) & (1 << bytes * Byte.SIZE) - 1;
    }

    private static long place(int value, int at, int bytes) {
        return (value & (1L << bytes * Byte.SIZE) - 1) << shift(at, bytes);
    }

    private static int shift(int at, int bytes) {
        return Byte.SIZE * (LITTLE ? at : Long.BYTES - at - bytes);
    }
}
