package org.nettytun.offload;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

/**
 * For handlers that want ordinary packets on a channel that reads super-packets: splits what owes a split, finishes the
 * checksum of what owes one, and passes on all else. What is malformed is dropped. With {@code TUN_VECTORS} it belongs
 * behind a {@code VectorAdapter}. One for each channel.
 */
public final class GsoSplitter extends ChannelInboundHandlerAdapter {
    private static final PacketBuf[] NONE = {};
    private static final TunStats NOBODY = new TunStats();

    private final GsoSplit split = new GsoSplit();
    private PacketBuf[] segments = new PacketBuf[GsoSplit.MAX_DATAGRAMS];

    /** For one channel. */
    public GsoSplitter() {
        // nothing to be told
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof PacketBuf packet) || !packet.metadata().isOwing()) {
            context.fireChannelRead(message);
        } else if (packet.metadata().gsoType() == GsoType.NONE) {
            complete(context, packet);
        } else {
            split(context, packet);
        }
    }

    private static void complete(ChannelHandlerContext context, PacketBuf packet) {
        PacketBuf own = packet.isUnshared() ? packet : copy(context, packet);
        if (own == null) {
            packet.drop(KernelDropReason.NOMEM);
            return;
        }
        DropReason wrong = ChecksumCompletion.complete(own);
        if (wrong == DropReason.NONE) {
            context.fireChannelRead(own);
        } else {
            own.drop(wrong);
        }
    }

    /** Somebody else reads the packet, too, and shall not see it change. */
    private static PacketBuf copy(ChannelHandlerContext context, PacketBuf packet) {
        PacketBuf[] one = new PacketBuf[1];
        if (allocate(context.alloc(), packet.readableBytes(), one, 1) == 0) {
            return null;
        }
        one[0].writeBytes(packet, packet.readerIndex(), packet.readableBytes());
        int start = packet.metadata().start() - packet.readerIndex();
        one[0].readFrom(packet.origin()).metadata().set(packet.metadata()).start(start);
        packet.origin().count(Term.COPIED, packet.readableBytes());
        packet.consume();
        return one[0];
    }

    private void split(ChannelHandlerContext context, PacketBuf packet) {
        DropReason wrong = split.start(packet);
        if (wrong != DropReason.NONE) {
            packet.drop(wrong);
            return;
        }
        int wanted = split.segments();
        PacketBuf[] out = wanted <= segments.length ? segments : new PacketBuf[wanted];
        int got = allocate(context.alloc(), split.longest(), out, wanted);
        TunStats stats = packet.origin();
        for (int i = 0; i < got; i++) {
            split.write(i, out[i].readFrom(stats));
            out[i].metadata().queue(packet.metadata().queue());
            stats.count(Term.SEGMENTS, out[i].readableBytes());
        }
        for (int i = got; i < wanted; i++) {
            stats.drop(KernelDropReason.NOMEM, split.length(i));
        }
        stats.count(Term.SPLIT, packet.readableBytes());
        packet.consume();
        fire(context, out, got);
    }

    /** A handler may make us split again before it returns, so what it could overwrite is out of reach meanwhile. */
    private void fire(ChannelHandlerContext context, PacketBuf[] out, int count) {
        segments = NONE;
        for (int i = 0; i < count; i++) {
            PacketBuf segment = out[i];
            out[i] = null;
            context.fireChannelRead(segment);
        }
        segments = out;
    }

    /** @return how many of {@code out[0..wanted)} were filled; fewer when there is no memory */
    private static int allocate(ByteBufAllocator from, int bytes, PacketBuf[] out, int wanted) {
        NapiByteBufAllocator slots = from instanceof NapiByteBufAllocator napi ? napi : NapiByteBufAllocator.DEFAULT;
        if (bytes <= slots.slotBytes()) {
            return slots.allocateBulk(out, wanted);
        }
        for (int i = 0; i < wanted; i++) {
            try {
                out[i] = PacketBuf.build(from.directBuffer(bytes), NOBODY);
            } catch (OutOfMemoryError e) {
                return i; // as when there are no slots
            }
        }
        return wanted;
    }
}
