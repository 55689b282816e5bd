package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.IovArray;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.buffer.PacketVector;
import org.nettytun.linux.Errno;
import org.nettytun.offload.GroMerger;
import org.nettytun.offload.GroPacket;
import org.nettytun.offload.VirtioNetHeader;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

import java.io.IOException;

/**
 * Outbound, on a queue that takes super-packets: of what is flushed, 64 packets at a time, those that go together are
 * written as one. Nothing waits for more to come. Each packet is accepted, sent or refused as if it went alone; one
 * that is sent before those in front of it succeeds when they are done, or the channel is closed. The event loop's
 * thread only.
 */
final class MergingWriter implements ChannelOutboundBuffer.MessageProcessor {
    private static final int CAPACITY = PacketVector.CAPACITY;

    private final PacketWriter writer;
    private final WriteCalls calls;
    private final OwingWriter owing;
    private final Offloads offloads;
    private final TunStats stats;
    private final GroMerger plan = new GroMerger(CAPACITY);
    private final PacketMetadata owed = new PacketMetadata();
    /** By the order in which they were added. */
    private final PacketBuf[] added = new PacketBuf[CAPACITY];
    private final PacketRefusedException[] refusals = new PacketRefusedException[CAPACITY];
    private int budget;
    /** Of the plan: the first that is not written. */
    private int next;
    /** Of that one, if its parts are written one by one: the first that is not. */
    private GroPacket part;
    /** Of those added: the first whose write is not over. */
    private int open;
    private int drained;

    MergingWriter(PacketWriter writer, WriteCalls calls, OwingWriter owing, Offloads offloads, TunStats stats) {
        this.writer = writer;
        this.calls = calls;
        this.owing = owing;
        this.offloads = offloads;
        this.stats = stats;
    }

    /**
     * Whether there is something to merge, or it is in the midst of it.
     *
     * @param size packets in what is to be written next
     */
    boolean isNeeded(ChannelOutboundBuffer in, int size) {
        return plan.added() > 0 || offloads.takesSuper() && (size > 1 || in.size() > 1);
    }

    /** Packets that the last {@link #drain} was about. */
    int drained() {
        return drained;
    }

    /** @return as {@link PacketWriter#drain} */
    int drain(ChannelOutboundBuffer in, int most) throws IOException {
        if (plan.added() == 0) {
            budget = most;
            try {
                in.forEachFlushedMessage(this);
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        int result = write();
        drained = plan.added();
        settle(in);
        if (result > 0) {
            forget();
        }
        return result;
    }

    @Override
    public boolean processMessage(Object message) {
        if (message instanceof PacketBuf packet) {
            add(packet);
        } else if (message instanceof PacketVector vector) {
            if (vector.size() > plan.room()) {
                return false;
            }
            for (int i = 0; i < vector.size(); i++) {
                add(vector.get(i));
            }
        }
        return !plan.isFull() && plan.added() < budget;
    }

    private void add(PacketBuf packet) {
        added[plan.added()] = packet;
        plan.add(packet);
    }

    private int write() throws IOException {
        for (; next < plan.packets(); next++) {
            GroPacket packet = plan.packet(next);
            int result = part == null && packet.segments() > 1 ? writeMerged(packet)
                    : writeParts(part == null ? packet : part);
            if (result <= 0) {
                return result;
            }
        }
        return 1;
    }

    /** Each for itself. */
    private int writeParts(GroPacket first) throws IOException {
        for (part = first; part != null; part = part.next()) {
            int result = writer.write(part.packet());
            if (result > 0) {
                part.packet().sent();
            } else if (PacketWriter.isRefusal(result)) {
                refused(part, writer.refusal(result));
            } else {
                return result;
            }
        }
        return 1;
    }

    private int writeMerged(GroPacket first) throws IOException {
        int header = offloads.headerLength();
        ByteBuf head = calls.scratch().writeZero(header);
        first.writeHeaders(head, owed);
        if (!offloads.takes(owed)) {
            return writeParts(first);
        }
        VirtioNetHeader.write(owed, head, 0, header);
        IovArray pieces = calls.pieces();
        boolean fits = pieces.add(head, 0, head.readableBytes());
        for (GroPacket each = first; each != null; each = each.next()) {
            fits &= pieces.add(each.packet(), each.payloadAt(), each.payloadLength());
        }
        int result = fits ? calls.writePieces() : -Errno.EMSGSIZE;
        if (result > 0) {
            sent(first);
        } else if (result == -Errno.EINVAL) {
            owing.kernelRefused(first.gsoType(), first.length());
            return writeParts(first);
        } else if (result == -Errno.EMSGSIZE) {
            return writeParts(first);
        } else if (PacketWriter.isRefusal(result)) {
            for (GroPacket each = first; each != null; each = each.next()) {
                refused(each, writer.refusal(result));
            }
            return 1;
        }
        return result;
    }

    private void sent(GroPacket first) {
        stats.count(Term.SUPER_SENT, first.length());
        stats.count(Term.SEGMENTS_SENT, first.segments(), first.length());
        for (GroPacket each = first; each != null; each = each.next()) {
            stats.count(Term.MERGED, each.packet().readableBytes());
            each.packet().sent();
        }
    }

    private void refused(GroPacket packet, PacketRefusedException why) {
        refusals[packet.index()] = why;
        packet.packet().refused(why.reason());
    }

    /** Ends the writes of those that are done, up to the first that is not. A listener may close the channel. */
    private void settle(ChannelOutboundBuffer in) {
        while (open < plan.added() && added[open] != null) {
            Object head = in.current();
            int length = length(head);
            if (head == null || !isSettled(open + length)) {
                return;
            }
            PacketRefusedException why = null;
            for (int end = open + length; open < end; open++) {
                why = why == null ? refusals[open] : why;
            }
            if (why == null) {
                in.remove();
            } else {
                in.remove(why);
            }
        }
    }

    private static int length(Object message) {
        return message instanceof PacketVector vector ? vector.size() : message instanceof PacketBuf ? 1 : 0;
    }

    private boolean isSettled(int end) {
        for (int i = open; i < end; i++) {
            if (!added[i].isSettled()) {
                return false;
            }
        }
        return true;
    }

    /** What is in the plan will not be written. */
    void refuseAll(ChannelOutboundBuffer in, PacketRefusedException why) {
        for (int i = open; i < plan.added(); i++) {
            if (!added[i].isSettled()) {
                refusals[i] = why;
                added[i].refused(why.reason());
            }
        }
        settle(in);
        forget();
    }

    /**
     * The channel is closed. What is sent succeeds, or Netty would fail it with the rest; in Netty's queue it may stand
     * behind what is not, which therefore fails here.
     *
     * @param in  what was last {@link #drain drained}
     * @param why for those that are not sent
     */
    void close(ChannelOutboundBuffer in, Throwable why) {
        int end = plan.added();
        while (end > open && !added[end - 1].isSettled()) {
            end--;
        }
        for (settle(in); open < end && !in.isEmpty(); settle(in)) {
            open += length(in.current());
            in.remove(why);
        }
        forget();
    }

    /** Starts anew. */
    private void forget() {
        for (int i = 0; i < plan.added(); i++) {
            added[i] = null;
            refusals[i] = null;
        }
        plan.clear();
        next = 0;
        part = null;
        open = 0;
    }
}
