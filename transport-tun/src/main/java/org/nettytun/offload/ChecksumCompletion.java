package org.nettytun.offload;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.packet.InternetChecksum;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

/**
 * Finishes the checksum that a packet owes. Any thread; holds nothing.
 *
 * @see <a href="https://elixir.bootlin.com/linux/v6.12/source/net/core/dev.c">skb_checksum_help, v6.12</a>
 */
public final class ChecksumCompletion {
    private static final int CHECKSUM_BYTES = 2;

    private ChecksumCompletion() {
    }

    /**
     * Replaces the pseudo-header's sum by the checksum, in place; leaves a packet alone that owes none. Whatever was
     * put before the packet since stays out of it; nothing may have been put behind. Not for one that owes a split:
     * that has many checksums.
     *
     * @param packet nobody else may be reading it
     * @return {@link DropReason#NONE}, or {@code DEV_HDR} if the checksum would be outside the packet
     */
    public static DropReason complete(PacketBuf packet) {
        PacketMetadata metadata = packet.metadata();
        if (!metadata.needsChecksum()) {
            return DropReason.NONE;
        }
        if (metadata.start() < 0) {
            return KernelDropReason.DEV_HDR;
        }
        DropReason wrong = complete(packet, metadata.start(), metadata);
        if (wrong == DropReason.NONE) {
            metadata.checksumDone();
        }
        return wrong;
    }

    /**
     * The same of a copy, whose metadata are elsewhere.
     *
     * @param start index in {@code copy} of the first byte of the packet that owes
     * @param owed  its {@link PacketMetadata#start()} is not looked at
     */
    public static DropReason complete(ByteBuf copy, int start, PacketMetadata owed) {
        int from = start + owed.checksumStart();
        int at = from + owed.checksumOffset();
        int end = copy.writerIndex();
        if (at + CHECKSUM_BYTES > end) {
            return KernelDropReason.DEV_HDR;
        }
        int checksum = InternetChecksum.of(copy, from, end - from);
        copy.setShort(at, checksum == 0 ? 0xffff : checksum);   // 0 would say "none" in UDP; 0xffff is its twin
        return DropReason.NONE;
    }
}
