package org.nettytun.buffer;

import io.netty.buffer.AbstractReferenceCountedByteBuf;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.Recycler;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.TunStats;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;

import static java.util.Objects.requireNonNull;

/**
 * One IP packet: a recycled head around memory that an allocator gave. May be used by one thread at a time, and
 * released on any. The kernel's word for it is {@code sk_buff}: {@link #build} is {@code build_skb}, {@link #drop} is
 * {@code kfree_skb_reason}, and {@link #release()} is {@code consume_skb}, the normal end of a packet's life.
 *
 * <p><b>Shape</b>: byte 0 is the first byte of the IP header. A full {@link ByteBuf} in every other respect.
 */
public final class PacketBuf extends AbstractReferenceCountedByteBuf {
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
    /** Bytes before index 0. */
    private final int headroom;
    private ByteBuf data;
    private int capacity;
    private TunStats origin;
    private NapiCache owner;
    private PacketBuf next;
    private ResourceLeakTracker<PacketBuf> leak;

    private PacketBuf(Recycler.Handle<PacketBuf> handle) {
        super(0);
        this.handle = handle;
        this.pool = null;
        this.slab = null;
        this.headroom = 0;
    }

    /** A head and its slot, for as long as the slab lives. */
    PacketBuf(SlotPool pool, Slab slab, ByteBuffer slot, int headroom) {
        super(0);
        this.handle = null;
        this.pool = pool;
        this.slab = slab;
        this.headroom = headroom;
        this.data = Unpooled.wrappedBuffer(slot);
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
    public int capacity() {
        return slab != null ? capacity : data == null ? 0 : data.capacity();
    }

    @Override
    public ByteBuf capacity(int newCapacity) {
        checkNewCapacity(newCapacity);
        if (slab != null) {
            capacity = newCapacity;
        } else {
            data.capacity(newCapacity);
        }
        if (writerIndex() > newCapacity) {
            setIndex(Math.min(readerIndex(), newCapacity), newCapacity);
        }
        return this;
    }

    @Override
    public ByteBufAllocator alloc() {
        ensureAccessible();
        return data.alloc();
    }

    /** Big-endian, the network's order. */
    @Override
    @Deprecated
    public ByteOrder order() {
        return ByteOrder.BIG_ENDIAN;
    }

    @Override
    public ByteBuf unwrap() {
        return null;
    }

    @Override
    public boolean isDirect() {
        return data != null && data.isDirect();
    }

    @Override
    public boolean isContiguous() {
        return data != null && data.isContiguous();
    }

    @Override
    public boolean hasArray() {
        return data != null && data.hasArray();
    }

    @Override
    public byte[] array() {
        ensureAccessible();
        return data.array();
    }

    @Override
    public int arrayOffset() {
        ensureAccessible();
        return data.arrayOffset() + headroom;
    }

    @Override
    public boolean hasMemoryAddress() {
        return data != null && data.hasMemoryAddress();
    }

    @Override
    public long memoryAddress() {
        ensureAccessible();
        return data.memoryAddress() + headroom;
    }

    @Override
    public int nioBufferCount() {
        ensureAccessible();
        return data.nioBufferCount();
    }

    @Override
    public ByteBuffer nioBuffer(int index, int length) {
        checkIndex(index, length);
        return data.nioBuffer(headroom + index, length);
    }

    @Override
    public ByteBuffer internalNioBuffer(int index, int length) {
        checkIndex(index, length);
        return data.internalNioBuffer(headroom + index, length);
    }

    @Override
    public ByteBuffer[] nioBuffers(int index, int length) {
        checkIndex(index, length);
        return data.nioBuffers(headroom + index, length);
    }

    @Override
    public ByteBuf copy(int index, int length) {
        checkIndex(index, length);
        return data.copy(headroom + index, length);
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

    @Override
    protected byte _getByte(int index) {
        return data.getByte(headroom + index);
    }

    @Override
    protected short _getShort(int index) {
        return data.getShort(headroom + index);
    }

    @Override
    protected short _getShortLE(int index) {
        return data.getShortLE(headroom + index);
    }

    @Override
    protected int _getUnsignedMedium(int index) {
        return data.getUnsignedMedium(headroom + index);
    }

    @Override
    protected int _getUnsignedMediumLE(int index) {
        return data.getUnsignedMediumLE(headroom + index);
    }

    @Override
    protected int _getInt(int index) {
        return data.getInt(headroom + index);
    }

    @Override
    protected int _getIntLE(int index) {
        return data.getIntLE(headroom + index);
    }

    @Override
    protected long _getLong(int index) {
        return data.getLong(headroom + index);
    }

    @Override
    protected long _getLongLE(int index) {
        return data.getLongLE(headroom + index);
    }

    @Override
    protected void _setByte(int index, int value) {
        data.setByte(headroom + index, value);
    }

    @Override
    protected void _setShort(int index, int value) {
        data.setShort(headroom + index, value);
    }

    @Override
    protected void _setShortLE(int index, int value) {
        data.setShortLE(headroom + index, value);
    }

    @Override
    protected void _setMedium(int index, int value) {
        data.setMedium(headroom + index, value);
    }

    @Override
    protected void _setMediumLE(int index, int value) {
        data.setMediumLE(headroom + index, value);
    }

    @Override
    protected void _setInt(int index, int value) {
        data.setInt(headroom + index, value);
    }

    @Override
    protected void _setIntLE(int index, int value) {
        data.setIntLE(headroom + index, value);
    }

    @Override
    protected void _setLong(int index, long value) {
        data.setLong(headroom + index, value);
    }

    @Override
    protected void _setLongLE(int index, long value) {
        data.setLongLE(headroom + index, value);
    }

    @Override
    public ByteBuf getBytes(int index, ByteBuf dst, int dstIndex, int length) {
        checkIndex(index, length);
        data.getBytes(headroom + index, dst, dstIndex, length);
        return this;
    }

    @Override
    public ByteBuf getBytes(int index, byte[] dst, int dstIndex, int length) {
        checkIndex(index, length);
        data.getBytes(headroom + index, dst, dstIndex, length);
        return this;
    }

    @Override
    public ByteBuf getBytes(int index, ByteBuffer dst) {
        checkIndex(index, dst.remaining());
        data.getBytes(headroom + index, dst);
        return this;
    }

    @Override
    public ByteBuf getBytes(int index, OutputStream out, int length) throws IOException {
        checkIndex(index, length);
        data.getBytes(headroom + index, out, length);
        return this;
    }

    @Override
    public int getBytes(int index, GatheringByteChannel out, int length) throws IOException {
        checkIndex(index, length);
        return data.getBytes(headroom + index, out, length);
    }

    @Override
    public int getBytes(int index, FileChannel out, long position, int length) throws IOException {
        checkIndex(index, length);
        return data.getBytes(headroom + index, out, position, length);
    }

    @Override
    public ByteBuf setBytes(int index, ByteBuf src, int srcIndex, int length) {
        checkIndex(index, length);
        data.setBytes(headroom + index, src, srcIndex, length);
        return this;
    }

    @Override
    public ByteBuf setBytes(int index, byte[] src, int srcIndex, int length) {
        checkIndex(index, length);
        data.setBytes(headroom + index, src, srcIndex, length);
        return this;
    }

    @Override
    public ByteBuf setBytes(int index, ByteBuffer src) {
        checkIndex(index, src.remaining());
        data.setBytes(headroom + index, src);
        return this;
    }

    @Override
    public int setBytes(int index, InputStream in, int length) throws IOException {
        checkIndex(index, length);
        return data.setBytes(headroom + index, in, length);
    }

    @Override
    public int setBytes(int index, ScatteringByteChannel in, int length) throws IOException {
        checkIndex(index, length);
        return data.setBytes(headroom + index, in, length);
    }

    @Override
    public int setBytes(int index, FileChannel in, long position, int length) throws IOException {
        checkIndex(index, length);
        return data.setBytes(headroom + index, in, position, length);
    }
}
