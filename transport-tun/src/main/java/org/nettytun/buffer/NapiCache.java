package org.nettytun.buffer;

import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.internal.PlatformDependent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * The packets that one thread has at hand: the kernel's {@code napi_alloc_cache} with its deferred list. All but {@link
 * #defer} and the counters belong to that thread.
 *
 * @see <a href="https://elixir.bootlin.com/linux/v6.19/source/net/core/skbuff.c">napi_skb_cache_get, v6.19</a>
 */
final class NapiCache {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final SlotPool pool;
    private final NapiSizes sizes;
    private final FastThreadLocal<NapiCache> caches;
    /** Nobody, once the cache is closed: what the thread itself releases afterwards goes the way of strangers. */
    private Thread owner = Thread.currentThread();
    private final PacketBuf[] stack;
    private int count;

    private final DeferredRing deferred;
    private final AtomicBoolean wakePending = new AtomicBoolean();
    private final Runnable woken = this::woken;
    private final LongAdder wakeUps = new LongAdder();
    private volatile Executor waker;
    private final long[] counts = new long[NapiCounter.values().length];
    private final ArrayDeque<PacketBuf> quarantine = new ArrayDeque<>();
    private final int quarantined;
    private final LeakSampler leaks = new LeakSampler();

    /** @param caches where a thread finds its own of the same pool */
    NapiCache(SlotPool pool, NapiSizes sizes, FastThreadLocal<NapiCache> caches) {
        this.quarantined = pool.quarantined();
        this.pool = pool;
        this.sizes = sizes;
        this.caches = caches;
        this.stack = new PacketBuf[sizes.size()];
        this.deferred = new DeferredRing(sizes.deferMax());
    }

    boolean isOwner() {
        return Thread.currentThread() == owner;
    }

    /** The stack has no lock, so who is wrong here would corrupt it in silence. */
    private void requireOwner() {
        if (!isOwner()) {
            throw new IllegalStateException("the cache belongs to " + owner + ", and this is "
                    + Thread.currentThread());
        }
    }

    LeakSampler leaks() {
        return leaks;
    }

    int count() {
        return count;
    }

    int deferredCount() {
        return deferred.waiting();
    }

    /** @param executor runs tasks on the owner's thread; asked when many packets wait for an owner who is idle */
    synchronized void wakeBy(Executor executor) {
        waker = executor;
    }

    private synchronized void wakeNoMoreBy(Executor ended) {
        if (waker == ended) {
            waker = null;
        }
    }

    /** {@code napi_skb_cache_get}: {@code null} when there is no memory. */
    PacketBuf get() {
        requireOwner();
        if (count == 0) {
            flushDeferred();
        }
        if (count > 0) {
            count(NapiCounter.GET_CACHED, 1);
        } else {
            count = pool.take(stack, 0, sizes.refill());
            missed(1, count);
            if (count == 0) {
                count(NapiCounter.SHORTFALL, 1);
                return null;
            }
            count(NapiCounter.GET_REFILLED, 1);
        }
        PacketBuf head = stack[--count];
        stack[count] = null;
        return head;
    }

    /** {@code napi_skb_cache_get_bulk}: fills {@code out[0..n)} as far as there is memory, and returns how far. */
    int getBulk(PacketBuf[] out, int n) {
        requireOwner();
        if (count < n) {
            flushDeferred(); // before others' slots are asked for
        }
        int total = n;
        int hits = Math.min(count, n);
        if (count < n) {
            count += pool.take(stack, count, Math.min(sizes.size() - count, sizes.refill()));
        }
        if (count < n) {
            total = count + pool.take(out, count, n - count);
        }
        if (hits < n) {
            missed(n - hits, total - hits);
        }
        int cached = Math.min(count, total);
        count -= cached;
        System.arraycopy(stack, count, out, 0, cached);
        Arrays.fill(stack, count, count + cached, null);
        count(NapiCounter.GET_CACHED, hits);
        count(NapiCounter.GET_REFILLED, total - hits);
        count(NapiCounter.SHORTFALL, n - total);
        return total;
    }

    private void missed(int asked, int got) {
        if (PlatformDependent.isJfrEnabled()) { // a runtime may be without the module
            CacheMiss.emit(asked, got, pool.slotBytes());
        }
    }

    /** {@code napi_consume_skb}: takes a packet whose last reference went, on whatever thread that was. */
    void consume(PacketBuf head) {
        if (isOwner()) {
            count(NapiCounter.RETURN_LOCAL, 1);
            home(head);
        } else if (!defer(head)) {
            NapiCache local = caches.getIfExists();
            if (local == null) {
                pool.takeBack(head);
            } else {
                local.count(NapiCounter.RETURN_LOCAL, 1);
                local.home(head);
            }
        }
    }

    private void home(PacketBuf head) {
        if (quarantined > 0) {
            rest(head);
        } else {
            put(head);
        }
    }

    /**
     * The same for several of this owner's at once.
     *
     * @param heads whose last reference went, in {@code heads[from..from+n)}; the places are cleared
     */
    void consume(PacketBuf[] heads, int from, int n) {
        requireOwner();
        for (int i = from; i < from + n; i++) {
            PacketBuf head = heads[i];
            heads[i] = null;
            home(head);
        }
        count(NapiCounter.RETURN_LOCAL, n);
    }

    /** Packets that are with nobody: on the stack, on their way home, or in quarantine. Exact while nothing moves. */
    int resting() {
        return count + deferred.waiting() + quarantine.size();
    }

    /** Lets it wait, overwritten as it is, behind those that were released before: who still reads it shall notice. */
    private void rest(PacketBuf head) {
        quarantine.addLast(head);
        if (quarantine.size() > quarantined) {
            put(quarantine.removeFirst());
        }
    }

    void count(NapiCounter what, int by) {
        CELL.setOpaque(counts, what.ordinal(), counts[what.ordinal()] + by);
    }

    /** Any thread. */
    long counted(NapiCounter what) {
        return what == NapiCounter.WAKE_UP ? wakeUps.sum() : (long) CELL.getOpaque(counts, what.ordinal());
    }

    /** {@code napi_skb_cache_put}. Never fails. */
    void put(PacketBuf head) {
        requireOwner();
        stack[count++] = head;
        if (count == stack.length) {
            count -= sizes.flush();
            pool.give(stack, count, sizes.flush());
        }
    }

    /**
     * {@code skb_attempt_defer_free}: hands a packet back to its owner. Any thread.
     *
     * @return false if the list is full or the owner has ended: it is still the caller's
     */
    boolean defer(PacketBuf head) {
        Executor executor = waker;
        int half = sizes.deferMax() / 2;
        // Nobody wakes an owner without a loop, so with such a one less may wait.
        int waiting = deferred.put(head, executor == null ? half : sizes.deferMax());
        if (waiting == 0) {
            return false;
        }
        if (executor != null && waiting >= half && !wakePending.get() && wakePending.compareAndSet(false, true)) {
            wake(executor);
        }
        return true;
    }

    /** A task, not a wake-up: the loop looks for tasks before it sleeps, so this one cannot be lost. */
    private void wake(Executor executor) {
        try {
            wakeUps.increment();
            executor.execute(woken);
        } catch (RuntimeException e) { // rejected: the loop ends, and with its thread, as a rule, this cache
            wakeNoMoreBy(executor);
            wakePending.set(false); // but the thread may run another loop
        } catch (Error e) {
            wakePending.set(false); // who comes next wakes
            throw e;
        }
    }

    /**
     * What a wake-up runs. It alone ends the time in which nobody wakes again, whether it finds something or not: the
     * loop's own flush may have taken the list between the push that called it and its call.
     */
    void woken() {
        wakePending.set(false); // before the list is taken: who pushes behind this flush wakes us again
        VarHandle.fullFence(); // nor may it be looked at before
        flushDeferred();
        Executor executor = waker;
        int half = Math.max(1, sizes.deferMax() / 2);
        if (executor != null && deferred.waiting() >= half && wakePending.compareAndSet(false, true)) {
            wake(executor); // one who is about to put a packet keeps those behind it from us
        }
    }

    /** {@code skb_defer_free_flush}. */
    void flushDeferred() {
        int n = deferred.ready();
        if (n == 0) {
            return;
        }
        requireOwner();
        for (int i = n - 1; i >= 0; i--) {
            home(deferred.fetch(i));
        }
        deferred.fetched(n);
        count(NapiCounter.RETURN_DEFERRED, n);
    }

    /** The thread ends: all goes to the shared slots, now and later. */
    void close() {
        owner = null;
        deferred.close(pool);
        pool.give(stack, 0, count);
        count = 0;
        quarantine.forEach(pool::give);
        quarantine.clear();
    }
}
