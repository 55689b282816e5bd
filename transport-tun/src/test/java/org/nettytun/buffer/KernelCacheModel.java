package org.nettytun.buffer;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

/**
 * What the kernel does with the heads of its NAPI caches, as lists that are easy to read: {@code napi_skb_cache_get},
 * {@code _get_bulk}, {@code _put} and {@code skb_attempt_defer_free} of net/core/skbuff.c, v6.19. Which head it is that
 * comes fresh from the slab is not said there; so a fresh one is nobody yet, and becomes the first that is seen in its
 * place.
 */
final class KernelCacheModel {
    private final NapiSizes sizes;
    private final Map<PacketBuf, Head> known = new IdentityHashMap<>();
    private int free;

    KernelCacheModel(NapiSizes sizes, int slots) {
        this.sizes = sizes;
        this.free = slots;
    }

    /** One head: who it is, and whose. */
    static final class Head {
        private PacketBuf real;
        private Cache owner;

        PacketBuf real() {
            return real;
        }
    }

    int free() {
        return free;
    }

    /** That is the real one in its place. */
    void is(Head head, PacketBuf real) {
        if (head.real == null) {
            assertNull(known.put(real, head), "a fresh one is somewhere else, too");
            head.real = real;
        } else {
            assertSame(head.real, real);
        }
    }

    private List<Head> take(int n) {
        List<Head> fresh = new ArrayList<>();
        for (; fresh.size() < n && free > 0; free--) {
            fresh.add(new Head());
        }
        return fresh;
    }

    private void give(Head head) {
        free++;
        known.remove(head.real);
    }

    /** By a thread without a cache; {@code null} when there is none. */
    Head lend() {
        List<Head> one = take(1);
        return one.isEmpty() ? null : one.get(0);
    }

    /** {@code napi_consume_skb}, on the thread that has the cache {@code here}, or none. */
    void consume(Head head, Cache here) {
        if (head.owner == null) {
            give(head);
        } else if (head.owner == here) {
            here.put(head);
        } else if (!head.owner.defer(head)) {
            if (here == null) {
                give(head);
            } else {
                here.put(head);
            }
        }
    }

    /** One thread's: {@code napi_alloc_cache}, and the list of what others gave back. */
    final class Cache {
        final List<Head> stack = new ArrayList<>();
        final List<Head> deferred = new ArrayList<>();
        int tasks;
        boolean loopEnded;
        private boolean hasLoop;
        private boolean wakePending;
        private boolean closed;

        void wakeBy() {
            hasLoop = true;
            loopEnded = false;
        }

        Head get() {
            if (stack.isEmpty()) {
                flush(); // ours: the kernel has none by then
            }
            if (stack.isEmpty()) {
                stack.addAll(take(sizes.refill()));
            }
            return stack.isEmpty() ? null : mine(stack.remove(stack.size() - 1));
        }

        private Head mine(Head head) {
            head.owner = this;
            return head;
        }

        List<Head> bulk(int n) {
            if (stack.size() < n) {
                flush();
            }
            if (stack.size() < n) {
                stack.addAll(take(Math.min(sizes.size() - stack.size(), sizes.refill())));
            }
            List<Head> direct = stack.size() < n ? take(n - stack.size()) : List.of();
            int cached = Math.min(stack.size(), n);
            List<Head> top = stack.subList(stack.size() - cached, stack.size());
            List<Head> out = new ArrayList<>(top);
            top.clear();
            out.addAll(direct);
            out.forEach(this::mine);
            return out;
        }

        void put(Head head) {
            stack.add(head);
            if (stack.size() == sizes.size()) {
                for (int i = 0; i < sizes.flush(); i++) {
                    give(stack.remove(stack.size() - 1)); // the hottest, as in the kernel
                }
            }
        }

        private boolean defer(Head head) {
            int half = sizes.deferMax() / 2;
            if (closed || deferred.size() >= (hasLoop ? sizes.deferMax() : half)) {
                return false;
            }
            deferred.add(head);
            if (hasLoop && deferred.size() >= half && !wakePending) {
                wakePending = !loopEnded;
                tasks += loopEnded ? 0 : 1;
                hasLoop = !loopEnded;
            }
            return true;
        }

        void flush() {
            for (int i = deferred.size() - 1; i >= 0; i--) {
                put(deferred.get(i));
            }
            deferred.clear();
        }

        void runTasks() {
            for (; tasks > 0; tasks--) {
                wakePending = false;
                flush();
            }
        }

        void close() {
            closed = true;
            stack.forEach(KernelCacheModel.this::give);
            deferred.forEach(KernelCacheModel.this::give);
            stack.clear();
            deferred.clear();
        }
    }
}
