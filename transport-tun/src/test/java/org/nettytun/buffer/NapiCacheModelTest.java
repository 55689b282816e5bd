package org.nettytun.buffer;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.FastThreadLocalThread;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nettytun.buffer.KernelCacheModel.Head;
import org.nettytun.fixture.Soak;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

/**
 * The caches of two threads and a thread without one, against {@link KernelCacheModel}, call by call: the same heads in
 * the same order, and the same counts after each step.
 */
class NapiCacheModelTest {
    private static final int SEEDS = Soak.of(60, 5_000);
    private static final int STEPS = 500;
    private static final int SLOTS = 320; // five slabs
    private static final NapiSizes[] SIZES = {new NapiSizes(16, 4, 4, 8), new NapiSizes(8, 8, 8, 4),
        new NapiSizes(32, 16, 24, 64), new NapiSizes(4, 1, 2, 0), new NapiSizes(128, 32, 32, 128)};

    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    private final List<Head> out = new ArrayList<>();
    private NapiByteBufAllocator napi;
    private KernelCacheModel model;
    private List<Actor> actors;
    private Random random;

    @BeforeEach
    void quick() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED); // or stack traces are all it does
    }

    @AfterEach
    void asBefore() {
        ResourceLeakDetector.setLevel(before);
    }

    @Test
    void sameHeadsInTheSameOrder() throws Exception {
        for (int seed = 1; seed <= SEEDS; seed++) {
            int step = 0;
            try {
                start(seed);
                for (; step < STEPS; step++) {
                    step(actors.get(random.nextInt(actors.size())));
                    assertEquals(SLOTS - model.free(), napi.taken(), "slots taken");
                    for (Actor actor : actors) {
                        actor.compare();
                    }
                }
                end();
            } catch (AssertionError e) {
                throw new AssertionError("seed=" + seed + ", step=" + step + ": " + e.getMessage(), e);
            }
        }
    }

    private void start(int seed) {
        random = new Random(seed);
        NapiSizes sizes = SIZES[seed % SIZES.length];
        napi = new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 100, 64, SLOTS * 192L, true, sizes, 0);
        model = new KernelCacheModel(sizes, SLOTS);
        actors = List.of(new Actor(true), new Actor(true), new Actor(false));
    }

    private void step(Actor actor) throws Exception {
        switch (random.nextInt(50)) {
            case 0 -> actor.restart();
            case 1, 2 -> actor.wakeBy();
            case 3 -> actor.endLoop();
            case 4, 5, 6 -> actor.flush();
            case 7, 8, 9, 10 -> actor.runTasks();
            case 11, 12, 13, 14, 15, 16, 17 -> actor.bulk(1 + random.nextInt(random.nextInt(8) == 0 ? 200 : 20));
            case 18, 19, 20, 21, 22, 23, 24, 25, 26, 27 -> actor.get();
            case 28, 29, 30, 31 -> actor.consume(random.nextInt(40));
            default -> actor.release(1 + random.nextInt(6));
        }
    }

    private void end() throws Exception {
        actors.get(2).release(out.size());
        for (Actor actor : actors) {
            actor.stop();
        }
        assertEquals(SLOTS, model.free());
        assertEquals(0, napi.taken());
    }

    /** One thread, and the model's idea of its cache. */
    private final class Actor {
        private final boolean cleansUp;
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private boolean loopEnded;
        private Thread thread;
        private ExecutorService executor;
        private KernelCacheModel.Cache expected;
        private NapiCache cache;

        Actor(boolean cleansUp) {
            this.cleansUp = cleansUp;
            begin();
        }

        private void begin() {
            executor = Executors.newSingleThreadExecutor(body -> {
                thread = cleansUp ? new FastThreadLocalThread(body) : new Thread(body);
                return thread;
            });
        }

        private <T> T call(Callable<T> what) throws Exception {
            return executor.submit(what).get();
        }

        private void run(Runnable what) throws Exception {
            executor.submit(what).get();
        }

        /** The first packet that a thread gets makes its cache. */
        private void hasCache() {
            if (cleansUp && expected == null) {
                expected = model.new Cache();
            }
        }

        private void got(Head head, PacketBuf real) {
            model.is(head, real);
            out.add(head);
            if (cleansUp) {
                cache = cache == null ? real.owner() : cache;
                assertSame(cache, real.owner());
            }
        }

        void get() throws Exception {
            hasCache();
            Head head = cleansUp ? expected.get() : model.lend();
            PacketBuf real = call(napi::allocate);
            assertEquals(head == null, real == null);
            if (head != null) {
                got(head, real);
            }
        }

        void bulk(int n) throws Exception {
            hasCache();
            List<Head> heads = new ArrayList<>();
            if (cleansUp) {
                heads.addAll(expected.bulk(n));
            } else {
                for (Head head = model.lend(); head != null; head = heads.size() < n ? model.lend() : null) {
                    heads.add(head);
                }
            }
            PacketBuf[] real = new PacketBuf[n];
            assertEquals(heads.size(), call(() -> napi.allocateBulk(real, n)));
            for (int i = 0; i < heads.size(); i++) {
                got(heads.get(i), real[i]);
            }
        }

        void release(int n) throws Exception {
            for (int i = 0; i < n && !out.isEmpty(); i++) {
                Head head = out.remove(random.nextInt(out.size()));
                PacketBuf real = head.real();
                model.consume(head, expected);
                run(real::release);
            }
        }

        /** The same of many at once, whoever they belong to. */
        void consume(int most) throws Exception {
            PacketBuf[] many = new PacketBuf[Math.min(most, out.size())];
            for (int i = 0; i < many.length; i++) {
                Head head = out.remove(random.nextInt(out.size()));
                many[i] = head.real();
                model.consume(head, expected);
            }
            run(() -> PacketBuf.consume(many, 0, many.length));
        }

        void flush() throws Exception {
            if (expected != null) {
                expected.flush();
            }
            run(napi::flushDeferred);
        }

        void wakeBy() throws Exception {
            hasCache();
            if (expected != null) {
                expected.wakeBy();
            }
            loopEnded = false;
            run(() -> napi.wakeBy(this::execute));
        }

        private void execute(Runnable task) {
            if (loopEnded) {
                throw new RejectedExecutionException("the loop has ended");
            }
            tasks.add(task);
        }

        /** Its thread goes on. */
        void endLoop() {
            loopEnded = true;
            if (expected != null) {
                expected.loopEnded = true;
            }
        }

        void runTasks() throws Exception {
            if (expected != null) {
                expected.runTasks();
            }
            while (!tasks.isEmpty()) {
                run(tasks.remove());
            }
        }

        void stop() throws InterruptedException {
            executor.shutdown();
            if (thread != null) {
                thread.join();
            }
            if (expected != null) {
                expected.close();
            }
        }

        /** The thread ends, and another begins. */
        void restart() throws InterruptedException {
            stop();
            tasks.clear();
            thread = null;
            cache = null;
            expected = null;
            begin();
        }

        void compare() {
            if (cache != null) {
                assertEquals(expected.stack.size(), cache.count(), "on the stack");
                assertEquals(expected.deferred.size(), cache.deferredCount(), "on their way home");
                assertEquals(expected.tasks, tasks.size(), "wake-ups");
            }
        }
    }
}
