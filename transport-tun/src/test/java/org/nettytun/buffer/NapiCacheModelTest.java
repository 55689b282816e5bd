package org.nettytun.buffer;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The cache against an obvious, slow list that does what the kernel's does, call by call. */
class NapiCacheModelTest {
    private static final int SLOTS = 320; // five slabs

    private final NapiSizes sizes = new NapiSizes(16, 4, 4, 8);
    private final SlotPool pool = new SlotPool(100, 64, 0, new MemoryBound(SLOTS * 192L));
    private final NapiCache cache = new NapiCache(pool, sizes, null);
    private final List<PacketBuf> stack = new ArrayList<>();
    private final List<PacketBuf> deferred = new ArrayList<>();
    private final List<PacketBuf> out = new ArrayList<>();

    @Test
    void sameAnswersInTheSameOrder() throws Exception {
        Random random = new Random(7);
        for (int step = 0; step < 200_000; step++) {
            switch (random.nextInt(5)) {
                case 0 -> get();
                case 1 -> bulk(1 + random.nextInt(40));
                case 2, 3 -> put(random);
                default -> {
                    if (random.nextInt(20) == 0) {
                        deferSome(random);
                    }
                }
            }
            assertEquals(stack.size(), cache.count());
            assertEquals(stack.size() + deferred.size() + out.size(), pool.taken());
        }
        cache.close();
        pool.give(out.toArray(PacketBuf[]::new), 0, out.size());
        assertEquals(0, pool.taken());
    }

    private void get() {
        PacketBuf got = cache.get();
        if (!stack.isEmpty()) {
            assertSame(stack.remove(stack.size() - 1), got);
        } else if (got == null) {
            assertEquals(SLOTS, pool.taken());
            return;
        } else {
            adopt(sizes.refill() - 1);
        }
        out.add(got);
    }

    /** What the cache took from the pool beyond what the model knows: new to both, so the model learns it. */
    private void adopt(int most) {
        int known = stack.size() + deferred.size() + out.size() + 1;
        int fresh = (int) pool.taken() - known;
        assertTrue(fresh >= 0 && fresh <= most, () -> "took " + fresh);
        PacketBuf[] all = new PacketBuf[fresh];
        for (int i = fresh - 1; i >= 0; i--) {
            all[i] = cache.get();
        }
        for (PacketBuf each : all) {
            cache.put(each);
            stack.add(each);
        }
    }

    private void bulk(int n) {
        PacketBuf[] got = new PacketBuf[n];
        int cached = stack.size();
        long takenBefore = pool.taken();
        int total = cache.getBulk(got, n);
        int refilled = cached >= n ? 0 : (int) Math.min(Math.min(sizes.size() - cached, sizes.refill()),
                SLOTS - takenBefore);
        int direct = cached + refilled >= n ? 0 : (int) Math.min(n - cached - refilled, SLOTS - takenBefore - refilled);
        assertEquals(cached + refilled >= n ? n : cached + refilled + direct, total);
        int fromStack = Math.min(cached + refilled, total);
        if (refilled == 0) {
            for (int i = 0; i < fromStack; i++) {
                assertSame(stack.get(stack.size() - fromStack + i), got[i]); // array order: the hottest comes last
            }
        }
        int keptOld = Math.max(0, cached - Math.max(0, fromStack - refilled));
        while (stack.size() > keptOld) {
            stack.remove(stack.size() - 1);
        }
        for (int i = 0; i < total; i++) {
            out.add(got[i]);
        }
        for (int i = total; i < n; i++) {
            assertNull(got[i]);
        }
        int left = cached + refilled - fromStack - stack.size();
        if (left > 0) {
            PacketBuf[] rest = new PacketBuf[left];
            for (int i = left - 1; i >= 0; i--) {
                rest[i] = cache.get();
            }
            for (PacketBuf each : rest) {
                cache.put(each);
                stack.add(each);
            }
        }
    }

    private void put(Random random) {
        if (!out.isEmpty()) {
            PacketBuf head = out.remove(random.nextInt(out.size()));
            cache.put(head);
            stack.add(head);
            if (stack.size() == sizes.size()) {
                for (int i = 0; i < sizes.flush(); i++) {
                    stack.remove(stack.size() - 1); // the hottest, as in the kernel
                }
            }
        }
    }

    /** Another thread gives some back; then the owner flushes: last in, first out. */
    private void deferSome(Random random) throws InterruptedException {
        int n = Math.min(out.size(), random.nextInt(12));
        List<PacketBuf> refused = new ArrayList<>();
        Thread other = new Thread(() -> {
            for (int i = 0; i < n; i++) {
                PacketBuf head = out.remove(out.size() - 1);
                if (cache.defer(head)) {
                    deferred.add(head);
                } else {
                    refused.add(head);
                }
            }
        });
        other.start();
        other.join();
        assertEquals(Math.min(n, sizes.deferMax() / 2), deferred.size(), "nobody wakes this owner");
        out.addAll(refused);
        cache.flushDeferred();
        for (int i = deferred.size() - 1; i >= 0; i--) {
            stack.add(deferred.get(i));
            if (stack.size() == sizes.size()) {
                for (int j = 0; j < sizes.flush(); j++) {
                    stack.remove(stack.size() - 1);
                }
            }
        }
        deferred.clear();
    }
}
