package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.offload.SuperPacket;
import org.nettytun.offload.VirtioNetHeader;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunDropReason;
import org.nettytun.stats.TunStats;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * Inbound: one system call, one packet, in a slot of ours or in the application's memory. What cannot be delivered is
 * dropped here, and counted. The event loop's thread only.
 */
final class PacketReader {
    private final TunChannelConfig config;
    private final TunStats stats;
    private final Consumer<Throwable> complaints;
    private final ReadBatch batch = new ReadBatch();
    private TunDevice device;
    private int header;
    private NapiByteBufAllocator slots;
    private boolean ended;
    private boolean shortfallTold;
    private Throwable complaint;

    /** @param complaints of the application's allocator, which is told once */
    PacketReader(TunChannelConfig config, TunStats stats, Consumer<Throwable> complaints) {
        this.config = config;
        this.stats = stats;
        this.complaints = complaints;
    }

    /** Starts a pass. */
    void start(TunDevice from) {
        device = from;
        header = from.offloads().headerLength();
        slots = config.slots();
        if (slots != null) {
            batch.start(slots, stats);
        }
    }

    /** Ends it. Only now is anything told, for whoever hears it may close the channel. */
    void finish() {
        if (slots != null) {
            batch.finish();
        }
        Throwable told = complaint;
        if (told != null) {
            complaint = null;
            complaints.accept(told);
        }
    }

    /** Whether a pair's peer has closed, and all it sent was read. */
    boolean isEnded() {
        return ended;
    }

    /** @return the next packet that is whole; {@code null} when none waits, or there is no memory for it */
    PacketBuf read(ExtendedHandle budget) throws IOException {
        return slots == null ? readForeign(budget) : readSlot(budget);
    }

    private PacketBuf readSlot(ExtendedHandle budget) throws IOException {
        while (true) {
            boolean small = device.mtu() < slots.slotBytes(); // the MTU may rise while we read
            PacketBuf packet = small ? batch.next() : slots.allocateLarge();
            if (packet == null) {
                skipOne();
                return null;
            }
            if (header > 0) {
                packet.push(header).clear(); // the headroom takes it
            }
            if (!fill(packet, budget)) {
                return null;
            }
            packet.readFrom(stats);
            if (header > 0 && (packet = withoutHeader(packet)) == null) {
                continue;
            }
            PacketBuf whole = whole(small ? packet : copyBreak(packet));
            if (whole != null) {
                return whole;
            }
        }
    }

    /** Reads the virtio header into the metadata. {@code null} if it is malformed, and the packet was dropped. */
    private PacketBuf withoutHeader(PacketBuf packet) {
        DropReason wrong = KernelDropReason.DEV_HDR;
        if (packet.readableBytes() > header) {
            int at = packet.readerIndex();
            packet.skipBytes(header);
            wrong = VirtioNetHeader.read(packet, at, packet);
        } else {
            packet.skipBytes(packet.readableBytes());
        }
        if (wrong == DropReason.NONE) {
            return slots == null ? packet : packet.pull(header);
        }
        stats.count(Term.READ, packet.readableBytes());
        stats.count(Term.DROPPED_BEFORE, packet.readableBytes());
        packet.drop(wrong);
        return null;
    }

    /** A packet that a small slot takes does not keep a large one from others. */
    private PacketBuf copyBreak(PacketBuf large) {
        PacketBuf small = large.readableBytes() <= slots.slotBytes() ? batch.next() : null;
        if (small == null) {
            return large;
        }
        small.writeBytes(large, large.readerIndex(), large.readableBytes());
        small.readFrom(stats).metadata().set(large.metadata());
        large.consume();
        return small;
    }

    /** The same with memory of the application's allocators, to which a head is given. */
    private PacketBuf readForeign(ExtendedHandle budget) throws IOException {
        while (true) {
            ByteBuf data = receiveBuffer(budget);
            if (!fill(data, budget)) {
                return null;
            }
            PacketBuf packet = PacketBuf.build(data, stats);
            if (header > 0 && (packet = withoutHeader(packet)) == null) {
                continue;
            }
            PacketBuf whole = whole(packet);
            if (whole != null) {
                return whole;
            }
        }
    }

    /** Reads one packet. If there is none, {@code data} is released. */
    private boolean fill(ByteBuf data, ExtendedHandle budget) throws IOException {
        int length;
        try {
            length = device.read(data);
        } catch (Throwable t) {
            data.release();
            throw t;
        }
        budget.attemptedBytesRead(data.capacity());
        budget.lastBytesRead(length);
        if (length > 0) {
            budget.incMessagesRead(1);
            return true;
        }
        data.release();
        ended = length < 0;
        return false;
    }

    /** Counts it; one that lacks its end is dropped, at most once for each time the MTU was raised. */
    private PacketBuf whole(PacketBuf packet) {
        if (device.isCut(packet)) {
            int length = TunDevice.wholeLength(packet); // that is what the interface counts
            stats.count(Term.READ, length);
            stats.count(Term.DROPPED_BEFORE, length);
            packet.drop(TunDropReason.PKT_TRUNCATED);
            device.refresh();
            return null;
        }
        packet.metadata().queue(device.queue());
        stats.count(Term.READ, packet.readableBytes());
        if (header > 0 && SuperPacket.is(packet)) {
            stats.count(Term.SUPER_READ, packet.readableBytes());
            stats.count(Term.SEGMENTS_READ, SuperPacket.segments(packet), packet.readableBytes());
        }
        return packet;
    }

    /** @return a direct buffer that takes a packet of the MTU, whatever the application's allocators made of it */
    private ByteBuf receiveBuffer(ExtendedHandle budget) throws IOException {
        try {
            ByteBuf data = budget.allocate(config.getAllocator());
            int offered = data.writableBytes();
            if (data.isDirect() && offered > device.longestRead()) { // a full one would leave a doubt
                return data;
            }
            data.release();
            if (offered < device.longestRead() && !shortfallTold) {
                shortfallTold = true;
                complaint = new IllegalStateException(TunChannelConfig.shortGuess(offered, device.longestRead())
                        + " Until then the channel takes buffers of the full size.");
            }
            return config.getAllocator().directBuffer(device.readSize());
        } catch (Throwable t) {
            skipOne();
            throw t;
        }
    }

    /** There is no memory for the packet: it goes, as it would in the kernel, or the queue would wake us for ever. */
    private void skipOne() throws IOException {
        int length = device.skip();
        if (length > 0) {
            stats.count(Term.READ, length);
            stats.count(Term.DROPPED_BEFORE, length);
            stats.drop(KernelDropReason.NOMEM, length);
        }
    }
}
