package org.nettytun.buffer;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocalThread;
import org.junit.jupiter.api.Test;
import org.nettytun.fixture.Soak;
import org.nettytun.fixture.Together;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * One owner and two who give its packets back, round after round at the same moment, while the owner flushes, sleeps
 * or ends. Each slot has a number written into it. None is lost or handed out twice; and an owner who sleeps has fewer
 * than half of what may wait.
 */
class NapiCacheRacesTest {
    private static final int SLOTS = 64; // one slab
    private static final int OUT = 12;
    private static final NapiSizes SIZES = new NapiSizes(16, 4, 4, 8);
    private static final int HALF = SIZES.deferMax() / 2;
    private static final int ROUNDS = Soak.of(200_000, 5_000_000);

    private final SlotPool pool = new SlotPool(128, 64, 0, new MemoryBound(SLOTS * 192L),
            UnpooledByteBufAllocator.DEFAULT);
    private final PacketBuf[] all = new PacketBuf[SLOTS];
    private final List<PacketBuf> out = new ArrayList<>();
    private final BitSet isOut = new BitSet();
    /** Of each giver, what it gives in this round; and what it could not. */
    private final List<List<PacketBuf>> given = List.of(new ArrayList<>(), new ArrayList<>());
    /** As of an event loop: what it is told to run, it runs before it sleeps. */
    private final AtomicInteger tasks = new AtomicInteger();
    private NapiCache cache;

    NapiCacheRacesTest() {
        assertEquals(SLOTS, pool.take(all, 0, SLOTS));
        for (int i = 0; i < SLOTS; i++) {
            all[i].data.setInt(0, i);
        }
        pool.give(all.clone(), 0, SLOTS);
    }

    private static int number(PacketBuf head) {
        return head.data.getInt(0);
    }

    private void race(Together.Part owner) throws InterruptedException {
        Together.run(FastThreadLocalThread::new, List.of(owner, with -> give(with, given.get(0)),
                with -> give(with, given.get(1))));
    }

    /** What is refused stays in the list. */
    private void give(Together with, List<PacketBuf> mine) {
        for (int round = 0; round < ROUNDS; round++) {
            with.meet();
            mine.removeIf(cache::defer);
            with.meet();
        }
    }

    private void take(int n) {
        while (out.size() < n) {
            PacketBuf head = cache.get();
            assertFalse(isOut.get(number(head)), () -> "handed out twice: " + number(head));
            isOut.set(number(head));
            out.add(head);
        }
    }

    private void handOut(SplittableRandom random) {
        int n = random.nextInt(out.size() + 1);
        for (int i = 0; i < n; i++) {
            PacketBuf head = out.remove(out.size() - 1);
            isOut.clear(number(head));
            given.get(random.nextInt(2)).add(head);
        }
    }

    private void takeBackWhatWasRefused() {
        for (List<PacketBuf> each : given) {
            each.forEach(head -> isOut.set(number(head)));
            out.addAll(each);
            each.clear();
        }
    }

    /** Who gives sees an owner that is awake, busy, flushing, or asleep; that one then runs its tasks, and no more. */
    @Test
    void nothingIsLostOrDoubledAndNoOwnerSleepsOnMore() throws Exception {
        race(with -> {
            SplittableRandom random = new SplittableRandom(1);
            cache = new NapiCache(pool, SIZES, null);
            cache.wakeBy(task -> tasks.incrementAndGet());
            for (int round = 0; round < ROUNDS; round++) {
                take(OUT);
                handOut(random);
                with.meet();
                pass(random.nextInt(8));
                with.meet();
                runTasks();
                int waiting = cache.deferredCount();
                int at = round;
                assertTrue(waiting < HALF, () -> waiting + " wait on an owner that sleeps, in round " + at);
                takeBackWhatWasRefused();
                assertEquals(pool.taken(), cache.count() + waiting + out.size(), "slots");
                if (round % 1000 == 0) {
                    countAll();
                }
            }
            cache.close();
        });
        assertEquals(out.size(), pool.taken());
    }

    private void pass(int times) {
        for (int i = 0; i < times; i++) {
            cache.flushDeferred();
            runTasks();
        }
    }

    private void runTasks() {
        while (tasks.get() > 0) {
            tasks.decrementAndGet();
            cache.woken();
        }
    }

    /** Every slot that is not out can be got, and once. */
    private void countAll() {
        cache.flushDeferred();
        assertEquals(0, cache.deferredCount());
        int before = out.size();
        take(SLOTS);
        while (out.size() > before) {
            PacketBuf head = out.remove(out.size() - 1);
            isOut.clear(number(head));
            cache.put(head);
        }
    }

    /** An owner that ends in the midst of it: each slot goes to the shared ones, from the one side or the other. */
    @Test
    void nothingIsLostWhenTheOwnerEnds() throws Exception {
        race(with -> {
            SplittableRandom random = new SplittableRandom(2);
            for (int round = 0; round < ROUNDS; round++) {
                cache = new NapiCache(pool, SIZES, null);
                if (random.nextInt(4) > 0) {
                    cache.wakeBy(task -> tasks.incrementAndGet());
                }
                take(OUT);
                handOut(random);
                with.meet();
                pass(random.nextInt(4));
                cache.close();
                runTasks();
                with.meet();
                takeBackWhatWasRefused();
                assertEquals(out.size(), pool.taken(), "slots");
                out.forEach(pool::give);
                out.clear();
                isOut.clear();
                if (round % 1000 == 0) {
                    eachIsThereOnce();
                }
            }
        });
        eachIsThereOnce();
    }

    private void eachIsThereOnce() {
        PacketBuf[] heads = new PacketBuf[SLOTS + 1];
        assertEquals(SLOTS, pool.take(heads, 0, SLOTS + 1));
        BitSet numbers = new BitSet();
        for (int i = 0; i < SLOTS; i++) {
            numbers.set(number(heads[i]));
        }
        assertEquals(SLOTS, numbers.cardinality());
        pool.give(heads, 0, SLOTS);
    }
}
