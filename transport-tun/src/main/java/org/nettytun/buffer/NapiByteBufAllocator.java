package org.nettytun.buffer;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.util.internal.SystemPropertyUtil;
import org.nettytun.stats.TunStats;

import java.util.concurrent.Executor;

/**
 * Packets from recycled slots of direct memory, a cache of them for each thread: the kernel's {@code napi_build_skb}
 * and its relatives. Any thread; what it gives may be released by any. A thread that cleans up its fast
 * thread-locals, as each of Netty's does, has a cache of its own; others share one pool.
 *
 * <p>Slots come in two sizes: one for packets of an ordinary MTU, and one for the longest there is. Direct buffers
 * whose maximum capacity fits a slot are packets, too; all else comes from the parent allocator.
 */
public final class NapiByteBufAllocator extends AbstractByteBufAllocator
        implements ByteBufAllocatorMetricProvider, ByteBufAllocatorMetric {
    /** Bytes before each packet, unless another number is asked for: the kernel's {@code NET_SKB_PAD}. */
    public static final int HEADROOM = 64;
    /** Bytes of the longest packet of all, and one: a read that leaves that one untouched was whole. */
    public static final int LARGE_SLOT_BYTES = 1 << 16;
    /** Bytes of the longest packet that fits a small slot, unless another number is asked for. */
    public static final int SLOT_BYTES = 1536;

    /** For tests: packets that rest, overwritten with 0x5a, before they are used again. */
    private static final int QUARANTINE = SystemPropertyUtil.getInt("org.nettytun.quarantine", 0);

    /** Small slots for an MTU of up to 1535 bytes; at most 256 MiB in slabs. */
    public static final NapiByteBufAllocator DEFAULT =
            new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, SLOT_BYTES, 256L << 20);

    private final ByteBufAllocator parent;
    private final SlotClass small;
    private final SlotClass large;

    /**
     * With the kernel's headroom and numbers.
     *
     * @param parent    for what fits no slot
     * @param slotBytes longest packet that fits a small slot
     * @param maxBytes  of direct memory in slots; beyond, packets are dropped ({@code NOMEM}) and buffers come from the
     *                  parent
     */
    public NapiByteBufAllocator(ByteBufAllocator parent, int slotBytes, long maxBytes) {
        this(parent, slotBytes, HEADROOM, maxBytes, NapiSizes.LINUX_6_19);
    }

    /**
     * @param headroom bytes before each packet; more than {@link #HEADROOM} for long outer headers
     * @param sizes    of each thread's cache
     * @throws IllegalArgumentException if a packet of {@code slotBytes} fits no slot, or the headroom is less than a
     *                                  virtio header
     */
    public NapiByteBufAllocator(ByteBufAllocator parent, int slotBytes, int headroom, long maxBytes, NapiSizes sizes) {
        this(parent, slotBytes, headroom, maxBytes, true, sizes, QUARANTINE);
    }

    NapiByteBufAllocator(ByteBufAllocator parent, int slotBytes, int headroom, long maxBytes, boolean preferDirect,
                         NapiSizes sizes, int quarantined) {
        super(preferDirect);
        if (slotBytes < 68 || slotBytes > LARGE_SLOT_BYTES) { // RFC 791: every link carries 68 bytes
            throw new IllegalArgumentException("slotBytes must be 68.." + LARGE_SLOT_BYTES + ": slotBytes="
                    + slotBytes);
        }
        if (headroom < 16 || headroom > 4096) {
            throw new IllegalArgumentException("headroom must be 16..4096 bytes: headroom=" + headroom);
        }
        this.parent = parent;
        MemoryBound bound = new MemoryBound(maxBytes);
        TunStats unread = new TunStats();
        this.small = new SlotClass(new SlotPool(slotBytes, headroom, quarantined, bound, this), sizes, unread);
        this.large = new SlotClass(new SlotPool(LARGE_SLOT_BYTES, headroom, quarantined, bound, this),
                sizes.forLarge(), unread);
    }

    /** Bytes of the longest packet that a small slot takes. */
    public int slotBytes() {
        return small.slotBytes();
    }

    /** A packet of {@link #slotBytes()} capacity, empty; {@code null} when there is no memory. */
    public PacketBuf allocate() {
        return small.allocate();
    }

    /** A packet of {@link #LARGE_SLOT_BYTES} capacity, empty; {@code null} when there is no memory. */
    public PacketBuf allocateLarge() {
        return large.allocate();
    }

    /**
     * Several small ones at once: {@code napi_skb_cache_get_bulk}.
     *
     * @return how many of {@code out[0..n)} were filled, from 0 on; fewer than {@code n} when there is no memory
     */
    public int allocateBulk(PacketBuf[] out, int n) {
        return small.allocateBulk(out, n);
    }

    /**
     * The same for those who know where the packets will be {@link PacketBuf#readFrom read from}.
     *
     * @param ledger of the queue
     */
    public int allocateBulk(PacketBuf[] out, int n, TunStats ledger) {
        return small.allocateBulk(out, n, ledger);
    }

    /** Takes back what other threads released: {@code skb_defer_free_flush}, of this allocator and this thread. */
    public void flushDeferred() {
        small.flushDeferred();
        large.flushDeferred();
    }

    /** The same of all allocators, as each pass of a loop does. */
    public static void flushAllDeferred() {
        SlotClass.flushAllDeferred();
    }

    /** Says who runs tasks on this thread, so that it can be woken when packets wait for it. */
    public void wakeBy(Executor executor) {
        small.wakeBy(executor);
        large.wakeBy(executor);
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return parent.heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        PacketBuf packet = maxCapacity <= small.slotBytes() ? small.allocate()
                : maxCapacity <= large.slotBytes() ? large.allocate() : null;
        if (packet == null) {
            return parent.directBuffer(initialCapacity, maxCapacity);
        }
        packet.limit(initialCapacity, maxCapacity);
        return packet;
    }

    @Override
    public boolean isDirectBufferPooled() {
        return true;
    }

    @Override
    public ByteBufAllocatorMetric metric() {
        return this;
    }

    /** The parent's, as far as it tells. */
    @Override
    public long usedHeapMemory() {
        return parent instanceof ByteBufAllocatorMetricProvider provider ? provider.metric().usedHeapMemory() : 0;
    }

    /** Bytes in slabs, whether their slots are in use or not, and the parent's. */
    @Override
    public long usedDirectMemory() {
        long parents = parent instanceof ByteBufAllocatorMetricProvider provider
                ? provider.metric().usedDirectMemory() : 0;
        return slabBytes() + parents;
    }

    /** Bytes of direct memory in slabs. */
    public long slabBytes() {
        return small.pool().bytes() + large.pool().bytes();
    }

    /** How often it happened, all threads together. */
    public long count(NapiCounter what) {
        return small.count(what) + large.count(what);
    }

    /** The most slots that ever were with threads' caches or in packets: of small ones the most, and of large ones. */
    public long highWater() {
        return small.pool().highWater() + large.pool().highWater();
    }

    /** Slots with threads' caches or in packets. */
    public long taken() {
        return small.pool().taken() + large.pool().taken();
    }

    /** Packets in use: neither with the shared slots, nor resting in a cache. Exact while nothing moves. */
    public long alive() {
        return small.alive() + large.alive();
    }
}
