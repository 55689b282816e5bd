package org.nettytun.buffer;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.fixture.Soak;
import org.nettytun.fixture.Together;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A real loop, whose packets two other threads release while it waits in epoll, runs a task, or is about to do the one
 * or the other. When they are done nothing happens to it any more: fewer than half of what may wait are left with it.
 */
class IdleOwnerTest {
    private static final int ROUNDS = Soak.of(20_000, 1_000_000);
    private static final NapiSizes SIZES = new NapiSizes(64, 16, 16, 32);
    private static final int HALF = SIZES.deferMax() / 2;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    private final NapiByteBufAllocator napi =
            new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 128, 64, 1 << 20, true, SIZES, 0);
    private final TunEventLoopGroup group = new TunEventLoopGroup(1);
    private final EventLoop loop = group.next();
    private final PacketBuf[] packets = new PacketBuf[SIZES.deferMax()];
    private int got;
    private volatile NapiCache cache;

    @AfterEach
    void stop() {
        ResourceLeakDetector.setLevel(before);
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void isWokenWhateverItDid() throws Exception {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED); // a stack trace each would hide the race
        loop.submit(() -> napi.wakeBy(loop)).sync();
        loop.schedule(() -> { }, 1, TimeUnit.HOURS); // a loop with nothing to come looks round each second
        Together.run(Thread::new, List.of(this::lead, with -> release(with, 0), with -> release(with, 1)));
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        assertEquals(0, napi.taken());
        assertTrue(napi.count(NapiCounter.WAKE_UP) > 0);
        assertEquals(napi.count(NapiCounter.TAKEN), napi.count(NapiCounter.CONSUMED));
    }

    private void lead(Together with) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < ROUNDS; round++) {
            int n = HALF + random.nextInt(HALF + 1);
            loop.submit(() -> {
                got = napi.allocateBulk(packets, n);
                cache = packets[0].owner();
            }).sync();
            assertEquals(n, got);
            disturb(random);
            with.meet();
            disturb(random);
            with.meet();
            awaitFlush(round);
        }
    }

    /** Lets it fall asleep, keeps it busy for a moment, sends it round once, or does nothing. */
    private void disturb(SplittableRandom random) {
        int spins = random.nextInt(3000);
        switch (random.nextInt(4)) {
            case 0 -> LockSupport.parkNanos(50_000);
            case 1 -> loop.execute(() -> {
                for (int i = 0; i < spins; i++) {
                    Thread.onSpinWait();
                }
            });
            case 2 -> loop.execute(() -> { });
            default -> Thread.onSpinWait();
        }
    }

    private void awaitFlush(int round) {
        long start = System.nanoTime();
        while (cache.deferredCount() >= HALF) {
            assertTrue(System.nanoTime() - start < PATIENCE_NANOS, () -> cache.deferredCount()
                    + " wait, and nobody woke the loop, in round " + round);
            Thread.yield();
        }
    }

    private void release(Together with, int which) {
        for (int round = 0; round < ROUNDS; round++) {
            with.meet();
            for (int i = which; i < got; i += 2) {
                packets[i].release();
            }
            with.meet();
        }
    }
}
