package org.nettytun.offload;

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
        int start = metadata.start() + metadata.checksumStart();
        int at = start + metadata.checksumOffset();
        int end = packet.writerIndex();
        if (metadata.start() < 0 || at + CHECKSUM_BYTES > end) {
            return KernelDropReason.DEV_HDR;
        }
        int checksum = InternetChecksum.of(packet, start, end - start);
        packet.setShort(at, checksum == 0 ? 0xffff : checksum);   // 0 would say "none" in UDP; 0xffff is its twin
        metadata.checksumDone();
        return DropReason.NONE;
    }
}
