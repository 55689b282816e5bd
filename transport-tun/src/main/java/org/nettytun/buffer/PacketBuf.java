package org.nettytun.buffer;

import io.netty.buffer.AbstractReferenceCountedByteBuf;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.Recycler;
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
    private static final Recycler<PacketBuf> HEADS = new Recycler<>() {
        @Override
        protected PacketBuf newObject(Handle<PacketBuf> handle) {
            return new PacketBuf(handle);
        }
    };

    private final Recycler.Handle<PacketBuf> handle;
    private ByteBuf data;
    private TunStats origin;

    private PacketBuf(Recycler.Handle<PacketBuf> handle) {
        super(0);
        this.handle = handle;
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

    @Override
    protected void deallocate() {
        ByteBuf last = data;
        data = null;
        origin = null;
        last.release();
        handle.recycle(this);
    }

    private void setIndex0(int reader, int writer) {
        clear().markReaderIndex().markWriterIndex(); // of the life before
        writerIndex(writer).readerIndex(reader);
    }

    @Override
    public int capacity() {
        return data == null ? 0 : data.capacity();
    }

    @Override
    public ByteBuf capacity(int newCapacity) {
        checkNewCapacity(newCapacity);
        data.capacity(newCapacity);
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
        return data.arrayOffset();
    }

    @Override
    public boolean hasMemoryAddress() {
        return data != null && data.hasMemoryAddress();
    }

    @Override
    public long memoryAddress() {
        ensureAccessible();
        return data.memoryAddress();
    }

    @Override
    public int nioBufferCount() {
        ensureAccessible();
        return data.nioBufferCount();
    }

    @Override
    public ByteBuffer nioBuffer(int index, int length) {
        ensureAccessible();
        return data.nioBuffer(index, length);
    }

    @Override
    public ByteBuffer internalNioBuffer(int index, int length) {
        ensureAccessible();
        return data.internalNioBuffer(index, length);
    }

    @Override
    public ByteBuffer[] nioBuffers(int index, int length) {
        ensureAccessible();
        return data.nioBuffers(index, length);
    }

    @Override
    public ByteBuf copy(int index, int length) {
        ensureAccessible();
        return data.copy(index, length);
    }

    @Override
    public ByteBuf touch() {
        ensureAccessible();
        data.touch();
        return this;
    }

    @Override
    public ByteBuf touch(Object hint) {
        ensureAccessible();
        data.touch(hint);
        return this;
    }

    @Override
    protected byte _getByte(int index) {
        return data.getByte(index);
    }

    @Override
    protected short _getShort(int index) {
        return data.getShort(index);
    }

    @Override
    protected short _getShortLE(int index) {
        return data.getShortLE(index);
    }

    @Override
    protected int _getUnsignedMedium(int index) {
        return data.getUnsignedMedium(index);
    }

    @Override
    protected int _getUnsignedMediumLE(int index) {
        return data.getUnsignedMediumLE(index);
    }

    @Override
    protected int _getInt(int index) {
        return data.getInt(index);
    }

    @Override
    protected int _getIntLE(int index) {
        return data.getIntLE(index);
    }

    @Override
    protected long _getLong(int index) {
        return data.getLong(index);
    }

    @Override
    protected long _getLongLE(int index) {
        return data.getLongLE(index);
    }

    @Override
    protected void _setByte(int index, int value) {
        data.setByte(index, value);
    }

    @Override
    protected void _setShort(int index, int value) {
        data.setShort(index, value);
    }

    @Override
    protected void _setShortLE(int index, int value) {
        data.setShortLE(index, value);
    }

    @Override
    protected void _setMedium(int index, int value) {
        data.setMedium(index, value);
    }

    @Override
    protected void _setMediumLE(int index, int value) {
        data.setMediumLE(index, value);
    }

    @Override
    protected void _setInt(int index, int value) {
        data.setInt(index, value);
    }

    @Override
    protected void _setIntLE(int index, int value) {
        data.setIntLE(index, value);
    }

    @Override
    protected void _setLong(int index, long value) {
        data.setLong(index, value);
    }

    @Override
    protected void _setLongLE(int index, long value) {
        data.setLongLE(index, value);
    }

    @Override
    public ByteBuf getBytes(int index, ByteBuf dst, int dstIndex, int length) {
        ensureAccessible();
        data.getBytes(index, dst, dstIndex, length);
        return this;
    }

    @Override
    public ByteBuf getBytes(int index, byte[] dst, int dstIndex, int length) {
        ensureAccessible();
        data.getBytes(index, dst, dstIndex, length);
        return this;
    }

    @Override
    public ByteBuf getBytes(int index, ByteBuffer dst) {
        ensureAccessible();
        data.getBytes(index, dst);
        return this;
    }

    @Override
    public ByteBuf getBytes(int index, OutputStream out, int length) throws IOException {
        ensureAccessible();
        data.getBytes(index, out, length);
        return this;
    }

    @Override
    public int getBytes(int index, GatheringByteChannel out, int length) throws IOException {
        ensureAccessible();
        return data.getBytes(index, out, length);
    }

    @Override
    public int getBytes(int index, FileChannel out, long position, int length) throws IOException {
        ensureAccessible();
        return data.getBytes(index, out, position, length);
    }

    @Override
    public ByteBuf setBytes(int index, ByteBuf src, int srcIndex, int length) {
        ensureAccessible();
        data.setBytes(index, src, srcIndex, length);
        return this;
    }

    @Override
    public ByteBuf setBytes(int index, byte[] src, int srcIndex, int length) {
        ensureAccessible();
        data.setBytes(index, src, srcIndex, length);
        return this;
    }

    @Override
    public ByteBuf setBytes(int index, ByteBuffer src) {
        ensureAccessible();
        data.setBytes(index, src);
        return this;
    }

    @Override
    public int setBytes(int index, InputStream in, int length) throws IOException {
        ensureAccessible();
        return data.setBytes(index, in, length);
    }

    @Override
    public int setBytes(int index, ScatteringByteChannel in, int length) throws IOException {
        ensureAccessible();
        return data.setBytes(index, in, length);
    }

    @Override
    public int setBytes(int index, FileChannel in, long position, int length) throws IOException {
        ensureAccessible();
        return data.setBytes(index, in, position, length);
    }
}
