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
        int flags = buf.getUnsignedByte(at);
        int type = buf.getUnsignedByte(at + 1);
        int headerLength = getShort(buf, at + 2);
        if (headerLength > length) {
            return KernelDropReason.DEV_HDR;
        }
        into.dataValid((flags & DATA_VALID) != 0);
        if ((flags & NEEDS_CSUM) != 0) {
            int start = getShort(buf, at + 6);
            int offset = getShort(buf, at + 8);
            if (start + offset + CHECKSUM_BYTES > length) {
                return KernelDropReason.DEV_HDR;
            }
            into.partialChecksum(start, offset);
        }
        GsoType gso = GsoType.of(type & ~ECN);
        if (gso == null) {
            return KernelDropReason.DEV_HDR;
        }
        if (gso != GsoType.NONE) {
            int size = getShort(buf, at + 4);
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
        into.setLong(at, 0).setShort(at + Long.BYTES, 0);
        if (length > LENGTH) {
            into.setZero(at + LENGTH, length - LENGTH);
        }
        if (metadata.dataValid()) {
            into.setByte(at, DATA_VALID);
        }
        if (metadata.needsChecksum()) {
            into.setByte(at, metadata.dataValid() ? NEEDS_CSUM | DATA_VALID : NEEDS_CSUM);
            setShort(into, at + 6, metadata.checksumStart());
            setShort(into, at + 8, metadata.checksumOffset());
        }
        if (metadata.gsoType() != GsoType.NONE) {
            into.setByte(at + 1, metadata.gsoType().code() | (metadata.ecn() ? ECN : 0));
            setShort(into, at + 2, metadata.headerLength());
            setShort(into, at + 4, metadata.gsoSize());
        }
    }

    private static int getShort(ByteBuf buf, int at) {
        return LITTLE ? buf.getUnsignedShortLE(at) : buf.getUnsignedShort(at);
    }

    private static void setShort(ByteBuf buf, int at, int value) {
        if (LITTLE) {
            buf.setShortLE(at, value);
        } else {
            buf.setShort(at, value);
        }
    }
}
