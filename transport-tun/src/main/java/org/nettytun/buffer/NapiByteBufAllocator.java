package org.nettytun.buffer;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.internal.SystemPropertyUtil;
import org.nettytun.stats.TunStats;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

/**
 * Packets from recycled slots of direct memory, a cache of them for each thread: the kernel's {@code napi_build_skb}
 * and its relatives. Any thread; what it gives may be released by any. A thread that cleans up its fast
 * thread-locals, as each of Netty's does, has a cache of its own; others share one pool.
 *
 * <p>Direct buffers whose maximum capacity fits a slot are packets, too; all else comes from the parent allocator.
 */
public final class NapiByteBufAllocator extends AbstractByteBufAllocator
        implements ByteBufAllocatorMetricProvider, ByteBufAllocatorMetric {
    /** Bytes before each packet: the kernel's {@code NET_SKB_PAD}. */
    public static final int HEADROOM = 64;

    /** For tests: packets that rest, overwritten with 0x5a, before they are used again. */
    private static final int QUARANTINE = SystemPropertyUtil.getInt("org.nettytun.quarantine", 0);

    /** Slots for an MTU of up to 1536 bytes; at most 256 MiB of them. */
    public static final NapiByteBufAllocator DEFAULT =
            new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 1536, 256L << 20);

    /** Those of all allocators. */
    private static final FastThreadLocal<List<NapiCache>> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected List<NapiCache> initialValue() {
            return new ArrayList<>(1);
        }
    };

    private final ByteBufAllocator parent;
    private final SlotPool pool;
    private final NapiCache.Sizes sizes;
    private final int quarantined;
    private final Set<NapiCache> live = ConcurrentHashMap.newKeySet();
    private final Map<NapiCounter, LongAdder> ofEnded = new EnumMap<>(NapiCounter.class);
    private final TunStats unread = new TunStats();
    private final FastThreadLocal<NapiCache> cache = new FastThreadLocal<>() {
        @Override
        protected NapiCache initialValue() {
            NapiCache made = new NapiCache(pool, sizes, quarantined, this);
            OF_THREAD.get().add(made);
            live.add(made);
            return made;
        }

        @Override
        protected void onRemoval(NapiCache ended) {
            ended.close();
            for (NapiCounter each : NapiCounter.values()) {
                ofEnded.get(each).add(ended.counted(each));
            }
            live.remove(ended);
        }
    };

    /**
     * @param parent    for what fits no slot
     * @param slotBytes longest packet that fits one
     * @param maxBytes  of direct memory in slots; beyond, packets are dropped ({@code NOMEM}) and buffers come from the
     *                  parent
     */
    public NapiByteBufAllocator(ByteBufAllocator parent, int slotBytes, long maxBytes) {
        this(parent, slotBytes, maxBytes, true, NapiCache.Sizes.DEFAULT, QUARANTINE);
    }

    NapiByteBufAllocator(ByteBufAllocator parent, int slotBytes, long maxBytes, boolean preferDirect,
                         NapiCache.Sizes sizes, int quarantined) {
        super(preferDirect);
        this.parent = parent;
        this.pool = new SlotPool(slotBytes, HEADROOM, maxBytes);
        this.sizes = sizes;
        this.quarantined = quarantined;
        for (NapiCounter each : NapiCounter.values()) {
            ofEnded.put(each, new LongAdder());
        }
    }

    /** Bytes of the longest packet that a slot takes. */
    public int slotBytes() {
        return pool.slotBytes();
    }

    /** A packet of {@link #slotBytes()} capacity, empty; {@code null} when there is no memory. */
    public PacketBuf allocate() {
        NapiCache mine = cache();
        PacketBuf head = mine == null ? takeShared() : mine.get();
        return head == null ? null : head.open(mine, pool.slotBytes(), unread);
    }

    private PacketBuf takeShared() {
        PacketBuf[] one = new PacketBuf[1];
        return pool.take(one, 0, 1) == 0 ? null : one[0];
    }

    /**
     * Several at once: {@code napi_skb_cache_get_bulk}.
     *
     * @return how many of {@code out[0..n)} were filled, from 0 on; fewer than {@code n} when there is no memory
     */
    public int allocateBulk(PacketBuf[] out, int n) {
        NapiCache mine = cache();
        int got = mine == null ? pool.take(out, 0, n) : mine.getBulk(out, n);
        for (int i = 0; i < got; i++) {
            out[i].open(mine, pool.slotBytes(), unread);
        }
        return got;
    }

    /** Takes back what other threads released: {@code skb_defer_free_flush}, of this allocator and this thread. */
    public void flushDeferred() {
        NapiCache mine = cache.getIfExists();
        if (mine != null) {
            mine.flushDeferred();
        }
    }

    /** The same of all allocators, as each pass of a loop does. */
    public static void flushAllDeferred() {
        List<NapiCache> all = OF_THREAD.getIfExists();
        if (all != null) {
            for (int i = 0; i < all.size(); i++) {
                all.get(i).flushDeferred();
            }
        }
    }

    /** Says who runs tasks on this thread, so that it can be woken when packets wait for it. */
    public void wakeBy(Executor executor) {
        NapiCache mine = cache();
        if (mine != null) {
            mine.wakeBy(executor);
        }
    }

    private NapiCache cache() {
        NapiCache mine = cache.getIfExists();
        return mine != null || !FastThreadLocalThread.currentThreadWillCleanupFastThreadLocals() ? mine : cache.get();
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return parent.heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        PacketBuf packet = maxCapacity <= pool.slotBytes() ? allocate() : null;
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
        return pool.bytes();
    }

    /** How often it happened, all threads together. */
    public long count(NapiCounter what) {
        long sum = ofEnded.get(what).sum() + pool.ended().get(what);
        for (NapiCache each : live) {
            sum += each.counted(what);
        }
        return sum;
    }

    /** The most slots that ever were with threads' caches or in packets. */
    public long highWater() {
        return pool.highWater();
    }

    /** Slots with threads' caches or in packets. */
    public long taken() {
        return pool.taken();
    }
}
