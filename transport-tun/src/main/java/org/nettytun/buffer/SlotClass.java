package org.nettytun.buffer;

import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
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
 * The packets of one size: the shared slots, and each thread's cache of them. Any thread; one that cleans up its fast
 * thread-locals, as each of Netty's does, has a cache.
 */
final class SlotClass {
    /** Those of all sizes and allocators. */
    private static final FastThreadLocal<List<NapiCache>> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected List<NapiCache> initialValue() {
            return new ArrayList<>(2);
        }
    };

    private final SlotPool pool;
    private final NapiSizes sizes;
    private final TunStats unread;
    private final Set<NapiCache> live = ConcurrentHashMap.newKeySet();
    private final Map<NapiCounter, LongAdder> ofEnded = new EnumMap<>(NapiCounter.class);
    private final FastThreadLocal<NapiCache> caches = new FastThreadLocal<>() {
        @Override
        protected NapiCache initialValue() {
            NapiCache made = new NapiCache(pool, sizes, this);
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
            List<NapiCache> others = OF_THREAD.getIfExists();
            if (others != null) {
                others.remove(ended);
            }
        }
    };

    /** @param unread the ledger of packets that were read from no queue */
    SlotClass(SlotPool pool, NapiSizes sizes, TunStats unread) {
        this.pool = pool;
        this.sizes = sizes;
        this.unread = unread;
        for (NapiCounter each : NapiCounter.values()) {
            ofEnded.put(each, new LongAdder());
        }
    }

    int slotBytes() {
        return pool.slotBytes();
    }

    SlotPool pool() {
        return pool;
    }

    /** A packet of {@link #slotBytes()} capacity, empty; {@code null} when there is no memory. */
    PacketBuf allocate() {
        NapiCache mine = cache();
        PacketBuf head = mine == null ? pool.lend() : mine.get();
        if (head == null) {
            return null;
        }
        if (mine == null) {
            pool.ended().count(NapiCounter.TAKEN);
        } else {
            mine.count(NapiCounter.TAKEN, 1);
        }
        return head.open(mine, pool.slotBytes(), unread);
    }

    int allocateBulk(PacketBuf[] out, int n) {
        return allocateBulk(out, n, unread);
    }

    int allocateBulk(PacketBuf[] out, int n, TunStats ledger) {
        NapiCache mine = cache();
        if (mine == null) {
            int got = 0;
            while (got < n && (out[got] = allocate()) != null) {
                out[got++].readFrom(ledger);
            }
            return got;
        }
        int got = mine.getBulk(out, n);
        mine.count(NapiCounter.TAKEN, got);
        for (int i = 0; i < got; i++) {
            out[i].open(mine, pool.slotBytes(), ledger);
        }
        return got;
    }

    void flushDeferred() {
        NapiCache mine = caches.getIfExists();
        if (mine != null) {
            mine.flushDeferred();
        }
    }

    /** Of all sizes and allocators. */
    static void flushAllDeferred() {
        List<NapiCache> all = OF_THREAD.getIfExists();
        if (all != null) {
            for (int i = 0; i < all.size(); i++) {
                all.get(i).flushDeferred();
            }
        }
    }

    void wakeBy(Executor executor) {
        NapiCache mine = cache();
        if (mine != null) {
            mine.wakeBy(executor);
        }
    }

    private NapiCache cache() {
        NapiCache mine = caches.getIfExists();
        return mine != null || !FastThreadLocalThread.currentThreadWillCleanupFastThreadLocals() ? mine : caches.get();
    }

    /** How often it happened, all threads together. */
    long count(NapiCounter what) {
        long sum = ofEnded.get(what).sum() + pool.ended().get(what);
        for (NapiCache each : live) {
            sum += each.counted(what);
        }
        return switch (what) {
            case GET_REFILLED -> sum + pool.lent();
            case RETURN_SHARED -> sum + pool.returned();
            default -> sum;
        };
    }

    /** Packets in use: all that left the shared slots, less those that rest in caches. Exact while nothing moves. */
    long alive() {
        long resting = 0;
        for (NapiCache each : live) {
            resting += each.resting();
        }
        return pool.taken() - resting;
    }
}
