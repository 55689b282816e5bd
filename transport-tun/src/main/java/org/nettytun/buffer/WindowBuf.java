package org.nettytun.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.util.Objects;

/**
 * A buffer that shows a slot's or another buffer's bytes from some index on, and leaves its lifetime to those who
 * extend it. One thread at a time.
 */
abstract class WindowBuf extends CountedBuf {
    /** What is shown; {@code null} while there is nothing. */
    ByteBuf data;
    /** Its own size, if it shows a part of a slot; else it has the size of {@link #data}. */
    int capacity;
    /** Bytes of {@link #data} before index 0. */
    int base;
    /** The slot's memory, shown for good; {@code null} if {@link #data} comes and goes. */
    private final ByteBuffer slot;
    /** Of the slot; 0 where the platform does not tell. */
    private final long address;

    /** Shows what {@link #data} is set to. */
    WindowBuf() {
        this.slot = null;
        this.address = 0;
    }

    /** @param address of {@code slot}, or 0 where the platform does not tell */
    WindowBuf(ByteBuffer slot, long address) {
        this.data = Unpooled.wrappedBuffer(slot);
        this.slot = slot;
        this.address = address;
    }

    @Override
    public int capacity() {
        return slot != null ? capacity : data == null ? 0 : data.capacity();
    }

    @Override
    public ByteBuf capacity(int newCapacity) {
        checkNewCapacity(newCapacity);
        if (slot != null) {
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
        return data.arrayOffset() + base;
    }

    @Override
    public boolean hasMemoryAddress() {
        return slot != null ? address != 0 : data != null && data.hasMemoryAddress();
    }

    @Override
    public long memoryAddress() {
        ensureAccessible();
        if (address != 0) {
            return address + base;
        }
        return data.memoryAddress() + base;
    }

    @Override
    public int nioBufferCount() {
        ensureAccessible();
        return data.nioBufferCount();
    }

    @Override
    public ByteBuffer nioBuffer(int index, int length) {
        checkIndex(index, length);
        return data.nioBuffer(base + index, length);
    }

    @Override
    public ByteBuffer internalNioBuffer(int index, int length) {
        checkIndex(index, length);
        return data.refCnt() == 1 ? data.internalNioBuffer(base + index, length)
                : data.nioBuffer(base + index, length); // somebody else's thread may be using the buffer's own
    }

    @Override
    public ByteBuffer[] nioBuffers(int index, int length) {
        checkIndex(index, length);
        return data.nioBuffers(base + index, length);
    }

    @Override
    public ByteBuf copy(int index, int length) {
        checkIndex(index, length);
        return data.copy(base + index, length);
    }

    // The primitives of headers go straight to the slot; a second buffer would check the index a second time.

    @Override
    protected byte _getByte(int index) {
        return slot != null ? slot.get(base + index) : data.getByte(base + index);
    }

    @Override
    protected short _getShort(int index) {
        return slot != null ? slot.getShort(base + index) : data.getShort(base + index);
    }

    @Override
    protected short _getShortLE(int index) {
        return data.getShortLE(base + index);
    }

    @Override
    protected int _getUnsignedMedium(int index) {
        return data.getUnsignedMedium(base + index);
    }

    @Override
    protected int _getUnsignedMediumLE(int index) {
        return data.getUnsignedMediumLE(base + index);
    }

    @Override
    protected int _getInt(int index) {
        return slot != null ? slot.getInt(base + index) : data.getInt(base + index);
    }

    @Override
    protected int _getIntLE(int index) {
        return data.getIntLE(base + index);
    }

    @Override
    protected long _getLong(int index) {
        return slot != null ? slot.getLong(base + index) : data.getLong(base + index);
    }

    @Override
    protected long _getLongLE(int index) {
        return data.getLongLE(base + index);
    }

    @Override
    protected void _setByte(int index, int value) {
        if (slot != null) {
            slot.put(base + index, (byte) value);
        } else {
            data.setByte(base + index, value);
        }
    }

    @Override
    protected void _setShort(int index, int value) {
        if (slot != null) {
            slot.putShort(base + index, (short) value);
        } else {
            data.setShort(base + index, value);
        }
    }

    @Override
    protected void _setShortLE(int index, int value) {
        data.setShortLE(base + index, value);
    }

    @Override
    protected void _setMedium(int index, int value) {
        data.setMedium(base + index, value);
    }

    @Override
    protected void _setMediumLE(int index, int value) {
        data.setMediumLE(base + index, value);
    }

    @Override
    protected void _setInt(int index, int value) {
        if (slot != null) {
            slot.putInt(base + index, value);
        } else {
            data.setInt(base + index, value);
        }
    }

    @Override
    protected void _setIntLE(int index, int value) {
        data.setIntLE(base + index, value);
    }

    @Override
    protected void _setLong(int index, long value) {
        if (slot != null) {
            slot.putLong(base + index, value);
        } else {
            data.setLong(base + index, value);
        }
    }

    @Override
    protected void _setLongLE(int index, long value) {
        data.setLongLE(base + index, value);
    }

    @Override
    public ByteBuf getBytes(int index, ByteBuf dst, int dstIndex, int length) {
        checkIndex(index, length);
        if (dst instanceof WindowBuf window && window.slot != null) {
            window.setBytes(dstIndex, this, index, length);
        } else {
            data.getBytes(base + index, dst, dstIndex, length);
        }
        return this;
    }

    @Override
    public ByteBuf getBytes(int index, byte[] dst, int dstIndex, int length) {
        checkIndex(index, length);
        data.getBytes(base + index, dst, dstIndex, length);
        return this;
    }

    @Override
    public ByteBuf getBytes(int index, ByteBuffer dst) {
        checkIndex(index, dst.remaining());
        data.getBytes(base + index, dst);
        return this;
    }

    @Override
    public ByteBuf getBytes(int index, OutputStream out, int length) throws IOException {
        checkIndex(index, length);
        data.getBytes(base + index, out, length);
        return this;
    }

    @Override
    public int getBytes(int index, GatheringByteChannel out, int length) throws IOException {
        checkIndex(index, length);
        return data.getBytes(base + index, out, length);
    }

    @Override
    public int getBytes(int index, FileChannel out, long position, int length) throws IOException {
        checkIndex(index, length);
        return data.getBytes(base + index, out, position, length);
    }

    /** From slot to slot, and from an array: without Unsafe, as on JDK 24 and later, Netty makes garbage of these. */
    @Override
    public ByteBuf setBytes(int index, ByteBuf src, int srcIndex, int length) {
        checkIndex(index, length);
        if (slot != null && src instanceof WindowBuf window && window.slot != null) {
            window.checkIndex(srcIndex, length);
            slot.put(base + index, window.slot, window.base + srcIndex, length);
        } else if (slot != null && src.hasArray()) {
            Objects.checkFromIndexSize(srcIndex, length, src.capacity());
            slot.put(base + index, src.array(), src.arrayOffset() + srcIndex, length);
        } else {
            data.setBytes(base + index, src, srcIndex, length);
        }
        return this;
    }

    @Override
    public ByteBuf setBytes(int index, byte[] src, int srcIndex, int length) {
        checkIndex(index, length);
        data.setBytes(base + index, src, srcIndex, length);
        return this;
    }

    @Override
    public ByteBuf setBytes(int index, ByteBuffer src) {
        checkIndex(index, src.remaining());
        data.setBytes(base + index, src);
        return this;
    }

    @Override
    public int setBytes(int index, InputStream in, int length) throws IOException {
        checkIndex(index, length);
        return data.setBytes(base + index, in, length);
    }

    @Override
    public int setBytes(int index, ScatteringByteChannel in, int length) throws IOException {
        checkIndex(index, length);
        return data.setBytes(base + index, in, length);
    }

    @Override
    public int setBytes(int index, FileChannel in, long position, int length) throws IOException {
        checkIndex(index, length);
        return data.setBytes(base + index, in, position, length);
    }
}
