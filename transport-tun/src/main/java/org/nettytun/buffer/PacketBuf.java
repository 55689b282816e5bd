package org.nettytun.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.Recycler;
import io.netty.util.ResourceLeakTracker;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

import java.nio.ByteBuffer;

import static java.util.Objects.requireNonNull;

/**
 * One IP packet: a recycled head around memory that an allocator gave. May be used by one thread at a time, and
 * released on any. The kernel's word for it is {@code sk_buff}: {@link #build} is {@code build_skb}, {@link #drop} is
 * {@code kfree_skb_reason}, and {@link #consume()} is {@code consume_skb}, the normal end of a packet's life.
 *
 * <p><b>Shape</b>: byte 0 is the first byte of the IP header. A full {@link ByteBuf} in every other respect.
 */
public final class PacketBuf extends WindowBuf {
    private static final Recycler<PacketBuf> HEADS = new Recycler<>() {
        @Override
        protected PacketBuf newObject(Handle<PacketBuf> handle) {
            return new PacketBuf(handle);
        }
    };

    /** Bare heads that are around something, and how others ended. Slots are counted where they come from. */
    private static final HeadCounts BARE = new HeadCounts();

    private static final long FREED = 0x5a5a5a5a5a5a5a5aL;

    /** Of a bare head: where it goes when it is free. {@code null} for one that has a slot. */
    private final Recycler.Handle<PacketBuf> handle;
    private final SlotPool pool;
    private final Slab slab;
    private final PacketMetadata metadata = new PacketMetadata();
    private TunStats origin;
    /** Of the queue that accepted it for writing; {@code null} before and after. */
    private TunStats queue;
    private int accepted;
    /** How it ends when the queue lets it go; until it is sent or refused, not at all well. */
    private NapiCounter settled;
    private NapiCache owner;
    private ResourceLeakTracker<PacketBuf> leak;

    private PacketBuf(Recycler.Handle<PacketBuf> handle) {
        this.handle = handle;
        this.pool = null;
        this.slab = null;
    }

    /** A head and its slot, for as long as the slab lives. */
    PacketBuf(SlotPool pool, Slab slab, ByteBuffer slot, long address) {
        super(slot, address);
        this.handle = null;
        this.pool = pool;
        this.slab = slab;
    }

    /**
     * A fresh life in the slot. Writes no reference that is already there: in a packet that comes home from another
     * core it would fetch the cache line back for nothing.
     */
    PacketBuf open(NapiCache cache, int initialCapacity, TunStats ledger) {
        if (owner != cache) {
            owner = cache;
        }
        readFrom(ledger);
        metadata.clear();
        base = pool.headroom();
        capacity = initialCapacity;
        maxCapacity(initialCapacity);
        resetRefCnt();
        forgetIndices();
        ResourceLeakTracker<PacketBuf> tracker = cache == null ? LeakSampler.any(this) : cache.leaks().track(this);
        if (tracker != null) {
            leak = tracker;
        }
        return this;
    }

    /** Those of the life before, marks included. */
    private void forgetIndices() {
        clear().markReaderIndex().markWriterIndex();
    }

    /** Bytes that it keeps from others: the slot's, or those of the memory it was built around. */
    public int memoryBytes() {
        return slab != null ? pool.stride() : capacity();
    }

    /** For a buffer that shall be less than its slot. */
    void limit(int initialCapacity, int maxCapacity) {
        capacity = initialCapacity;
        maxCapacity(maxCapacity);
    }

    /** Bytes before the packet's first that {@link #push} can take: {@code skb_headroom}. */
    public int headroom() {
        return base + readerIndex();
    }

    /** Bytes behind the packet's last that can be written: {@code skb_tailroom}. */
    public int tailroom() {
        return maxWritableBytes();
    }

    /**
     * Puts {@code length} bytes, whatever they hold, before the packet's first: {@code skb_push}. For an outer header,
     * without a copy. {@link #skipBytes} takes them off again. What was a slice of the packet before is none after.
     *
     * @throws IllegalReferenceCountException if somebody else holds the packet, too: it is not ours to change
     * @throws IndexOutOfBoundsException      if there is less headroom
     */
    public PacketBuf push(int length) {
        if (refCnt() != 1) {
            throw new IllegalReferenceCountException("push: the packet must be nobody else's: refCnt=" + refCnt());
        }
        if (length < 0 || length > headroom()) {
            throw new IndexOutOfBoundsException("push: length must be 0.." + headroom() + ", the headroom: length="
                    + length);
        }
        int shift = Math.max(0, length - readerIndex());
        if (shift > 0) {
            base -= shift;
            capacity += shift;
            maxCapacity(maxCapacity() + shift);
            setIndex(readerIndex() + shift, writerIndex() + shift);
            if (metadata.isOwing()) {
                metadata.start(metadata.start() + shift);
            }
        }
        readerIndex(readerIndex() - length);
        return this;
    }

    /**
     * Forgets {@code length} bytes from index 0 on: {@code skb_pull}. They are headroom again, and the byte behind them
     * is byte 0. What was a slice of the packet before is none after.
     *
     * @param length not beyond the reader index
     */
    public PacketBuf pull(int length) {
        if (slab == null || length < 0 || length > readerIndex()) {
            throw new IndexOutOfBoundsException("pull: length must be 0.." + readerIndex() + ", what was read of a"
                    + " packet that has a slot: length=" + length);
        }
        setIndex(readerIndex() - length, writerIndex() - length);
        base += length;
        capacity -= length;
        maxCapacity(maxCapacity() - length);
        metadata.start(metadata.isOwing() ? metadata.start() - length : 0);
        return this;
    }

    /** Whether nobody else can see its bytes, headroom included: it has a slot, and this is the only reference. */
    public boolean isSole() {
        return slab != null && isLastReference();
    }

    /** Whether nobody else sees its readable bytes change: nobody holds it, or the memory it was built around. */
    public boolean isUnshared() {
        return isLastReference() && (slab != null || data.refCnt() == 1);
    }

    /**
     * Says whose packet it is, and so where {@link #drop} counts.
     *
     * @param ledger of the queue it was read from, or of the application that made it
     */
    public PacketBuf readFrom(TunStats ledger) {
        if (origin != ledger) {
            origin = ledger;
        }
        return this;
    }

    /** Whose slot it has; else of the memory it was built around. */
    @Override
    public ByteBufAllocator alloc() {
        return slab != null ? pool.allocator() : super.alloc();
    }

    /** Whose packet it is. */
    public TunStats origin() {
        return origin;
    }

    /** What it owes, and where it came from. A fresh packet's is clear. */
    public PacketMetadata metadata() {
        return metadata;
    }

    /** What owes something is copied with its debt. */
    @Override
    public ByteBuf copy(int index, int length) {
        ByteBuf copy = super.copy(index, length);
        if (!metadata.isOwing()) {
            return copy;
        }
        int start = metadata.start() - index;
        PacketBuf packet = build(copy, origin);
        packet.metadata.set(metadata).start(start < 0 || start > length ? PacketMetadata.ELSEWHERE : start);
        return packet;
    }

    /** The cache it goes home to; {@code null} if to the shared slots. */
    NapiCache owner() {
        return owner;
    }

    /** So that who still reads it reads nonsense. */
    void overwrite() {
        for (int i = 0; i + Long.BYTES <= data.capacity(); i += Long.BYTES) {
            data.setLong(i, FREED);
        }
    }

    Slab slab() {
        return slab;
    }

    /**
     * A head around memory that already holds a packet. Indices are taken over, and what a packet beneath it owes;
     * nothing is copied.
     *
     * @param data   owned by the head from here on, and released with it
     * @param origin the ledger of the queue it was read from, or of the application that made it: where {@link #drop}
     *               counts
     */
    public static PacketBuf build(ByteBuf data, TunStats origin) {
        requireNonNull(data, "data");
        PacketBuf packet = HEADS.get();
        packet.data = data;
        packet.origin = requireNonNull(origin, "origin");
        packet.metadata.inherit(data);
        packet.maxCapacity(data.maxCapacity());
        packet.resetRefCnt();
        packet.setIndex0(data.readerIndex(), data.writerIndex());
        packet.leak = LeakSampler.any(packet);
        BARE.count(NapiCounter.TAKEN);
        return packet;
    }

    /**
     * The packet beneath read-only views, slices and duplicates of it; {@code null} if {@code buf} is of other stuff.
     */
    public static PacketBuf of(ByteBuf buf) {
        for (ByteBuf at = buf; at != null; at = at.unwrap()) {
            if (at instanceof PacketBuf packet) {
                return packet;
            }
        }
        return null;
    }

    /**
     * Lets the packet go for a reason: counts it, on the ledger of the queue it was read from or of the application
     * that made it, emits the event {@code org.nettytun.PacketDropped}, and releases one reference. The kernel counts
     * the last reference alone; here each drop is one.
     *
     * @throws IllegalArgumentException if the reason is none; the packet is still the caller's
     */
    public void drop(DropReason reason) {
        ensureAccessible();
        origin.drop(reason, readableBytes());
        end(NapiCounter.DROPPED, 1);
    }

    /** Lets the packet go in the normal way: whoever it was for has it. No drop. Releases one reference. */
    public void consume() {
        end(NapiCounter.CONSUMED, 1);
    }

    /**
     * Takes what is written into a queue, and counts it there. If the queue releases it before it is {@link #sent} or
     * {@link #refused}, it is a drop, {@code QUEUE_PURGE}. For channels; the event loop's thread.
     *
     * @param packet the caller's reference; from here on the result's
     * @return {@code packet} if nobody else holds it; else a head of its own around it, as a clone in the kernel
     */
    public static PacketBuf accept(ByteBuf packet, TunStats queue) {
        PacketBuf head = packet instanceof PacketBuf own && own.queue == null && own.refCnt() == 1 ? own
                : build(packet, queue);
        head.queue = queue;
        head.accepted = packet.readableBytes();
        head.settled = null;
        queue.count(Term.ACCEPTED, head.accepted);
        queue.count(Term.PENDING, head.accepted);
        return head;
    }

    /** The kernel took it. Counted; the release is still to come. */
    public void sent() {
        settled = NapiCounter.SENT;
        queue.count(Term.SENT, accepted);
    }

    /** The kernel did not take it. Counted, as a drop, too; the release is still to come. */
    public void refused(DropReason reason) {
        settled = NapiCounter.DROPPED;
        queue.drop(Direction.OUTBOUND, reason, accepted);
        queue.count(Term.REFUSED, accepted);
    }

    /** Whether the queue that accepted it is done with it: it was {@link #sent} or {@link #refused}. */
    public boolean isSettled() {
        return settled != null;
    }

    /** {@link #consume()}, or if a queue has it, the queue lets it go. */
    @Override
    public boolean release() {
        return release(1);
    }

    @Override
    public boolean release(int decrement) {
        return end(leave(), decrement);
    }

    /** @return how it ends: in the normal way, or as the queue that has it says */
    private NapiCounter leave() {
        return queue == null ? NapiCounter.CONSUMED : leaveQueue();
    }

    private NapiCounter leaveQueue() {
        NapiCounter how = settled;
        if (how == null) {
            how = NapiCounter.DROPPED;
            queue.drop(Direction.OUTBOUND, KernelDropReason.QUEUE_PURGE, accepted);
            queue.count(Term.PURGED, accepted);
        }
        queue.uncount(Term.PENDING, accepted);
        queue = null;
        return how;
    }

    /** Without an atomic operation when the owner releases its only reference: nobody else can be counting. */
    private boolean end(NapiCounter how, int decrement) {
        NapiCache home = owner;
        if (home != null && home.isOwner() && isLastReference() && decrement == 1) {
            home.count(how, 1);
            endRefCnt();
            shut();
            home.consume(this);
            return true;
        }
        HeadCounts others = pool == null ? BARE : pool.ended(); // afterwards it may be somebody else's
        if (letGo(decrement) > 0) {
            return false;
        }
        shut();
        goHome();
        others.count(how);
        return true;
    }

    /**
     * The normal end of several packets, which costs less than that of one after another: {@code napi_consume_skb} in
     * bulk. Any thread; the gain is the owner's.
     *
     * @param packets one reference of each in {@code packets[from..from+n)} goes; the places are cleared
     */
    public static void consume(PacketBuf[] packets, int from, int n) {
        int end = from + n;
        for (int at = from; at < end; ) {
            NapiCache home = packets[at].owner;
            int run = at;
            if (home != null && home.isOwner()) {
                while (run < end && packets[run].owner == home && packets[run].isLastReference()) {
                    PacketBuf packet = packets[run++];
                    home.count(packet.leave(), 1);
                    packet.endRefCnt();
                    packet.shut();
                }
                home.consume(packets, at, run - at);
            }
            if (run == at) {
                packets[at].release();
                packets[at] = null;
                run++;
            }
            at = run;
        }
    }

    /** The end of a life whose only reference goes with it. */
    private void shut() {
        if (leak != null) {
            leak.close(this);
            leak = null;
        }
        if (slab != null && pool.quarantined() > 0) {
            overwrite();
        }
    }

    private void goHome() {
        if (slab != null) {
            if (owner == null) {
                pool.takeBack(this);
            } else {
                owner.consume(this);
            }
            return;
        }
        ByteBuf last = data;
        data = null;
        origin = null;
        last.release();
        handle.recycle(this);
    }

    /** Bare heads of the whole process that were {@link NapiCounter#TAKEN}, or how they ended. Any thread. */
    public static long bare(NapiCounter what) {
        return BARE.get(what);
    }

    private void setIndex0(int reader, int writer) {
        forgetIndices();
        writerIndex(writer).readerIndex(reader);
    }

    @Override
    public ByteBuf touch() {
        if (leak != null) {
            leak.record();
        }
        return this;
    }

    @Override
    public ByteBuf touch(Object hint) {
        if (leak != null) {
            leak.record(hint);
        }
        return this;
    }
}
