package org.nettytun.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.Recycler;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.TunStats;

import java.nio.ByteBuffer;

import static java.util.Objects.requireNonNull;

/**
 * One IP packet: a recycled head around memory that an allocator gave. May be used by one thread at a time, and
 * released on any. The kernel's word for it is {@code sk_buff}: {@link #build} is {@code build_skb}, {@link #drop} is
 * {@code kfree_skb_reason}, and {@link #release()} is {@code consume_skb}, the normal end of a packet's life.
 *
 * <p><b>Shape</b>: byte 0 is the first byte of the IP header. A full {@link ByteBuf} in every other respect.
 */
public final class PacketBuf extends WindowBuf {
    private static final ResourceLeakDetector<PacketBuf> LEAKS =
            ResourceLeakDetectorFactory.instance().newResourceLeakDetector(PacketBuf.class);
    private static final Recycler<PacketBuf> HEADS = new Recycler<>() {
        @Override
        protected PacketBuf newObject(Handle<PacketBuf> handle) {
            return new PacketBuf(handle);
        }
    };

    private static final long FREED = 0x5a5a5a5a5a5a5a5aL;

    /** Of a bare head: where it goes when it is free. {@code null} for one that has a slot. */
    private final Recycler.Handle<PacketBuf> handle;
    private final SlotPool pool;
    private final Slab slab;
    private TunStats origin;
    private NapiCache owner;
    private PacketBuf next;
    private ResourceLeakTracker<PacketBuf> leak;

    private PacketBuf(Recycler.Handle<PacketBuf> handle) {
        super(null);
        this.handle = handle;
        this.pool = null;
        this.slab = null;
    }

    /** A head and its slot, for as long as the slab lives. */
    PacketBuf(SlotPool pool, Slab slab, ByteBuffer slot) {
        super(Unpooled.wrappedBuffer(slot));
        this.handle = null;
        this.pool = pool;
        this.slab = slab;
        setRefCnt(0);
    }

    /** No packet: a mark in a list. */
    static PacketBuf sentinel() {
        return new PacketBuf(null);
    }

    /** A fresh life in the slot. */
    PacketBuf open(NapiCache cache, int initialCapacity, TunStats ledger) {
        owner = cache;
        origin = ledger;
        base = pool.headroom();
        capacity = initialCapacity;
        maxCapacity(initialCapacity);
        resetRefCnt();
        forgetIndices();
        leak = LEAKS.track(this);
        return this;
    }

    /** Those of the life before, marks included. */
    private void forgetIndices() {
        clear().markReaderIndex().markWriterIndex();
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
        }
        readerIndex(readerIndex() - length);
        return this;
    }

    /** Says whose packet it is: the ledger of the queue it was read from. */
    public PacketBuf readFrom(TunStats queue) {
        origin = queue;
        return this;
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

    /** Links it into a list; returns what it was linked to. */
    PacketBuf next(PacketBuf other) {
        PacketBuf before = next;
        next = other;
        return before;
    }

    /**
     * A head around memory that already holds a packet. Indices are taken over; nothing is copied.
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
        packet.maxCapacity(data.maxCapacity());
        packet.resetRefCnt();
        packet.setIndex0(data.readerIndex(), data.writerIndex());
        packet.leak = LEAKS.track(packet);
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
     * Lets the packet go for a reason: counts it, inbound, on the ledger of the queue it was read from, and releases
     * one reference. The normal end of a packet is {@link #release()}, which is no drop.
     */
    public void drop(DropReason reason) {
        ensureAccessible();
        origin.drop(Direction.INBOUND, reason);
        release();
    }

    /** Without an atomic operation when the owner releases its only reference: nobody else can be counting. */
    @Override
    public boolean release() {
        NapiCache home = owner;
        if (home != null && home.isOwner() && refCnt() == 1) {
            setRefCnt(0);
            deallocate();
            return true;
        }
        return super.release();
    }

    @Override
    protected void deallocate() {
        if (leak != null) {
            leak.close(this);
            leak = null;
        }
        if (slab != null) {
            if (owner == null) {
                pool.give(this);
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
