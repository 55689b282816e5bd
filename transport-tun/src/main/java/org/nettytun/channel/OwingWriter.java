package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.linux.Errno;
import org.nettytun.offload.ChecksumCompletion;
import org.nettytun.offload.GsoSplit;
import org.nettytun.offload.SuperPacket;
import org.nettytun.offload.VirtioNetHeader;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

import java.io.IOException;

/**
 * Writes packets with a virtio header, on a queue that has one; and those that owe something, on any: whole if the
 * kernel takes it, else finished or split here. A packet that somebody else holds, too, is never changed. The event
 * loop's thread only.
 */
final class OwingWriter {
    /** Not written, for the reason that {@link #refusal()} tells. */
    static final int REFUSED = Integer.MIN_VALUE;

    private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(OwingWriter.class);

    private final WriteCalls calls;
    private final Offloads offloads;
    private final TunStats stats;
    private final GsoSplit split = new GsoSplit();
    /** Segments of the packet at hand that were written before EAGAIN. */
    private int written;
    private DropReason reason;

    OwingWriter(WriteCalls calls, Offloads offloads, TunStats stats) {
        this.calls = calls;
        this.offloads = offloads;
        this.stats = stats;
    }

    /** Why the last one was {@link #REFUSED}. */
    PacketRefusedException refusal() {
        return PacketRefusedException.of(reason);
    }

    private int refuse(DropReason why) {
        reason = why;
        return REFUSED;
    }

    /**
     * @param packet not empty
     * @return more than 0 when it is written; 0 for {@code EAGAIN}, and then the same packet must be next; {@link
     *         #REFUSED}; else {@code -errno}
     */
    int write(PacketBuf packet) throws IOException {
        PacketMetadata owed = packet.metadata();
        if (!owed.isOwing()) {
            return writeWhole(packet);
        }
        boolean isSuper = owed.gsoType() != GsoType.NONE;
        if (owed.start() != packet.readerIndex()) {
            boolean hasPrefix = owed.start() > packet.readerIndex();
            return hasPrefix && !isSuper ? complete(packet) : refuse(KernelDropReason.DEV_HDR);
        }
        if (!offloads.takes(owed)) {
            return isSuper ? split(packet) : complete(packet);
        }
        int result = writeWhole(packet);
        if (result == -Errno.EINVAL) {
            return isSuper ? fallBack(packet) : refuse(KernelDropReason.DEV_HDR);
        }
        if (result > 0 && isSuper) {
            stats.count(Term.SUPER_SENT, packet.readableBytes());
            stats.count(Term.SEGMENTS_SENT, SuperPacket.segments(packet), packet.readableBytes());
        }
        return result;
    }

    private int writeWhole(PacketBuf packet) throws IOException {
        int header = offloads.headerLength();
        if (header == 0) {
            return calls.write(packet);
        }
        if (packet.isSole() && packet.headroom() >= header) {
            packet.push(header);
            VirtioNetHeader.write(packet.metadata(), packet, packet.readerIndex(), header);
            int result = calls.write(packet);
            packet.skipBytes(header);
            return result;
        }
        ByteBuf head = calls.scratch().writeZero(header);
        VirtioNetHeader.write(packet.metadata(), head, 0, header);
        return calls.write(head, packet);
    }

    /** In place, if nobody sees it; else in a copy that nobody keeps. */
    private int complete(PacketBuf packet) throws IOException {
        int length = packet.readableBytes();
        if (packet.isSole()) {
            DropReason wrong = ChecksumCompletion.complete(packet);
            if (wrong != DropReason.NONE) {
                return refuse(wrong);
            }
            stats.count(Term.COMPLETED, length);
            return writeWhole(packet);
        }
        int header = offloads.headerLength();
        ByteBuf copy = calls.scratch().writeZero(header);
        if (length > copy.writableBytes()) {
            return refuse(KernelDropReason.PKT_TOO_BIG);
        }
        copy.writeBytes(packet, packet.readerIndex(), length);
        PacketMetadata owed = packet.metadata();
        DropReason wrong = ChecksumCompletion.complete(copy, header + owed.start() - packet.readerIndex(), owed);
        if (wrong != DropReason.NONE) {
            return refuse(wrong);
        }
        int result = calls.write(copy);
        if (result > 0) {
            stats.count(Term.COMPLETED, length);
            stats.count(Term.COPIED, length);
        }
        return result;
    }

    /** If it is as it should be, the kernel does not keep its word. */
    private int fallBack(PacketBuf packet) throws IOException {
        DropReason wrong = split.start(packet);
        if (wrong != DropReason.NONE) {
            return refuse(wrong);
        }
        kernelRefused(packet.metadata().gsoType(), packet.readableBytes());
        return split(packet);
    }

    /** Counts it; from here on none of the kind is written, so it is told once. */
    void kernelRefused(GsoType type, int length) {
        stats.count(Term.OFFLOAD_REFUSED, length);
        offloads.refused(type);
        LOGGER.warn("{}: the kernel refused a super-packet of {} (EINVAL). It is split and sent; from now on this"
                + " channel splits all of its kind. In the way: a kernel that forgot what it granted, or a filter."
                + " TUN_OFFLOADS leaves it out.", stats.name(), type);
    }

    /** One segment after the other through the same memory, which stays in the processor's cache. */
    private int split(PacketBuf packet) throws IOException {
        DropReason wrong = split.start(packet);
        if (wrong != DropReason.NONE) {
            return refuse(wrong);
        }
        int header = offloads.headerLength();
        int segments = split.segments();
        while (written < segments) {
            ByteBuf segment = calls.scratch().writeZero(header);
            split.write(written, segment);
            int result = calls.write(segment);
            if (result <= 0) {
                written = result == 0 ? written : 0;
                return result;
            }
            stats.count(Term.SEGMENTS, split.length(written));
            written++;
        }
        written = 0;
        stats.count(Term.SPLIT, packet.readableBytes());
        return packet.readableBytes();
    }
}
