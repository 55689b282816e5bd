package org.nettytun.buffer;

import io.netty.util.AbstractReferenceCounted;
import io.netty.util.Recycler;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.TunStats;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A batch of packets that travels the pipeline as one message, in order. Recycled; it owns one reference of each of its
 * packets, and lets them go with it. One thread at a time.
 */
public final class PacketVector extends AbstractReferenceCounted implements Iterable<PacketBuf> {
    /** The most packets that one takes: the kernel's {@code NAPI_POLL_WEIGHT}. */
    public static final int CAPACITY = 64;

    private static final Recycler<PacketVector> VECTORS = new Recycler<>() {
        @Override
        protected PacketVector newObject(Handle<PacketVector> handle) {
            return new PacketVector(handle);
        }
    };

    private final Recycler.Handle<PacketVector> handle;
    private final PacketBuf[] packets = new PacketBuf[CAPACITY];
    private int size;
    private int written;
    private Throwable refusal;

    private PacketVector(Recycler.Handle<PacketVector> handle) {
        this.handle = handle;
    }

    /** An empty one, the caller's. */
    public static PacketVector allocate() {
        PacketVector vector = VECTORS.get();
        vector.setRefCnt(1);
        return vector;
    }

    /** Packets in it. */
    public int size() {
        return size;
    }

    /** Whether no more can be {@link #add added}. */
    public boolean isFull() {
        return size == CAPACITY;
    }

    /** The packet at {@code index}, 0 to {@link #size()} - 1; still the vector's. */
    public PacketBuf get(int index) {
        return packets[check(index)];
    }

    /**
     * Puts a packet behind the others.
     *
     * @param packet the vector's from here on
     * @throws IllegalStateException if it is {@link #isFull() full}; the packet is still the caller's
     */
    public PacketVector add(PacketBuf packet) {
        if (isFull()) {
            throw new IllegalStateException("add: the vector is full: size=" + size);
        }
        packets[size++] = packet;
        return this;
    }

    /**
     * Puts another packet in the place of one.
     *
     * @param packet the vector's from here on; the one before is the caller's
     */
    public PacketBuf set(int index, PacketBuf packet) {
        PacketBuf before = packets[check(index)];
        packets[index] = packet;
        return before;
    }

    /** Takes a packet out, the caller's from here on; those behind it move up. */
    public PacketBuf remove(int index) {
        PacketBuf packet = packets[check(index)];
        System.arraycopy(packets, index + 1, packets, index, --size - index);
        packets[size] = null;
        return packet;
    }

    private int check(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("index must be 0.." + (size - 1) + ": index=" + index);
        }
        return index;
    }

    /**
     * Lets all its packets go for a reason, {@link PacketBuf#drop each counted}, and itself.
     *
     * @throws IllegalArgumentException if the reason is none; the packets and the vector are still the caller's
     */
    public void drop(DropReason reason) {
        while (size > 0) {
            packets[size - 1].drop(reason);
            packets[--size] = null;
        }
        consume();
    }

    /** Lets its packets go in the normal way, no drop, and itself. Releases one reference. */
    public void consume() {
        release();
    }

    /** Bytes that its packets keep from others. */
    public int memoryBytes() {
        int sum = 0;
        for (int i = 0; i < size; i++) {
            sum += packets[i].memoryBytes();
        }
        return sum;
    }

    /**
     * Takes all its packets into a queue, as {@link PacketBuf#accept} does. For channels; the event loop's thread.
     *
     * @param queue its ledger
     */
    public PacketVector accept(TunStats queue) {
        for (int i = 0; i < size; i++) {
            packets[i] = PacketBuf.accept(packets[i], queue);
        }
        written = 0;
        refusal = null;
        return this;
    }

    /** The first packet that is neither {@link #sent} nor {@link #refused}; {@code null} at the end. For channels. */
    public PacketBuf current() {
        return written < size ? packets[written] : null;
    }

    /** The kernel took the current packet. For channels. */
    public void sent() {
        packets[written++].sent();
    }

    /** The kernel refused the current packet. For channels. */
    public void refused(DropReason reason, Throwable why) {
        packets[written++].refused(reason);
        if (refusal == null) {
            refusal = why;
        }
    }

    /** Why the first of those was refused that were; else {@code null}. For channels. */
    public Throwable refusal() {
        return refusal;
    }

    /** In order. Makes garbage; {@link #get} makes none. */
    @Override
    public Iterator<PacketBuf> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size;
            }

            @Override
            public PacketBuf next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("size=" + size);
                }
                return packets[next++];
            }
        };
    }

    @Override
    public PacketVector touch(Object hint) {
        for (int i = 0; i < size; i++) {
            packets[i].touch(hint);
        }
        return this;
    }

    @Override
    protected void deallocate() {
        PacketBuf.consume(packets, 0, size);
        size = 0;
        handle.recycle(this);
    }
}
