package org.nettytun.buffer;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.internal.PlatformDependent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nettytun.fixture.Soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Packets of two threads with a cache and one without, which live for a while and are released here or there. Who gets
 * one writes a ticket into it, and whoever releases it looks whether it is still there.
 */
class CyclesTest {
    private static final int CYCLES = Soak.of(10_000_000, 1_000_000_000);
    private static final int WORKERS = 3;
    private static final int HELD = 512;
    private static final int BATCH = 32;
    private static final int PARCELS = 8;
    /** In hands and on their way to others, in stacks, on their way home, and one batch each that is just got. */
    private static final int MOST = WORKERS * (HELD + (PARCELS + 3) * BATCH + 128 + 128);

    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    private final NapiByteBufAllocator napi =
            new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 256, 64, 16 << 20, true, NapiSizes.LINUX_6_19, 0);
    private final List<Worker> workers = new ArrayList<>();
    private final AtomicInteger working = new AtomicInteger(WORKERS);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private record Parcel(PacketBuf[] packets, long[] tickets) {
    }

    @AfterEach
    void stop() {
        ResourceLeakDetector.setLevel(before);
    }

    @Test
    void nothingLeaksAndMemoryStaysFlat() throws Exception {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED); // these are counted, and far too many
        napi.allocate().release(); // one slab is kept
        long slab = napi.slabBytes();
        long direct = PlatformDependent.usedDirectMemory();
        for (int i = 0; i < WORKERS; i++) {
            workers.add(new Worker(i));
        }
        List<Thread> threads = List.of(new FastThreadLocalThread(workers.get(0)),
                new FastThreadLocalThread(workers.get(1)), new Thread(workers.get(2)));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertNull(failure.get(), () -> failure.get().toString());
        assertTrue(napi.highWater() <= MOST, () -> napi.highWater() + " slots were in use, of " + MOST);
        assertEquals(0, napi.taken());
        assertEquals(0, napi.alive());
        assertEquals(slab, napi.slabBytes());
        assertEquals(direct, PlatformDependent.usedDirectMemory());
        assertEquals(0, napi.count(NapiCounter.SHORTFALL));
        assertTrue(napi.count(NapiCounter.TAKEN) > CYCLES, () -> napi.count(NapiCounter.TAKEN) + " cycles");
        assertEquals(napi.count(NapiCounter.TAKEN), napi.count(NapiCounter.CONSUMED));
        assertEquals(napi.count(NapiCounter.TAKEN), napi.count(NapiCounter.GET_CACHED)
                + napi.count(NapiCounter.GET_REFILLED));
        assertTrue(napi.count(NapiCounter.RETURN_DEFERRED) > 0 && napi.count(NapiCounter.RETURN_SHARED) > 0);
    }

    private final class Worker implements Runnable {
        private final int id;
        private final SplittableRandom random;
        private final Queue<Parcel> in = new ArrayBlockingQueue<>(PARCELS);
        private final PacketBuf[] got = new PacketBuf[BATCH];
        private final PacketBuf[] held = new PacketBuf[HELD];
        private final long[] tickets = new long[HELD];
        private final PacketBuf[] end = new PacketBuf[BATCH];
        private int ending;
        private long cycles;

        Worker(int id) {
            this.id = id;
            this.random = new SplittableRandom(id);
        }

        @Override
        public void run() {
            try {
                while (cycles < CYCLES / WORKERS + 1 && failure.get() == null) {
                    takeSome();
                    if (random.nextInt(4) == 0) {
                        give();
                    }
                    releaseParcel();
                }
                for (int i = 0; i < HELD; i++) {
                    letGo(held[i], tickets[i]);
                }
                working.decrementAndGet();
                while (working.get() > 0 || !in.isEmpty()) {
                    releaseParcel();
                }
            } catch (Throwable t) {
                working.decrementAndGet();
                failure.compareAndSet(null, t);
            }
        }

        /** Each takes the place of another, which goes. */
        private void takeSome() {
            if (random.nextInt(8) == 0) {
                napi.flushDeferred();
            }
            int n = napi.allocateBulk(got, 1 + random.nextInt(BATCH));
            for (int i = 0; i < n; i++) {
                int at = random.nextInt(HELD);
                letGo(held[at], tickets[at]);
                held[at] = got[i];
                tickets[at] = ++cycles * WORKERS + id;
                got[i].setLong(0, tickets[at]).setLong(got[i].capacity() - Long.BYTES, tickets[at]);
            }
        }

        /** Some go to another, who releases them. */
        private void give() {
            Parcel parcel = new Parcel(new PacketBuf[BATCH], new long[BATCH]);
            for (int i = 0; i < BATCH; i++) {
                int at = random.nextInt(HELD);
                parcel.packets[i] = held[at];
                parcel.tickets[i] = tickets[at];
                held[at] = null;
            }
            if (!workers.get((id + 1 + random.nextInt(WORKERS - 1)) % WORKERS).in.offer(parcel)) {
                release(parcel);
            }
        }

        private void releaseParcel() {
            Parcel parcel = in.poll();
            if (parcel != null) {
                release(parcel);
            }
        }

        private void release(Parcel parcel) {
            for (int i = 0; i < BATCH; i++) {
                letGo(parcel.packets[i], parcel.tickets[i]);
            }
        }

        /** One by one, or many at once. */
        private void letGo(PacketBuf packet, long ticket) {
            if (packet == null) {
                return;
            }
            if (packet.getLong(0) != ticket || packet.getLong(packet.capacity() - Long.BYTES) != ticket) {
                throw new AssertionError("ticket " + ticket + ", and found " + packet.getLong(0)
                        + ": the packet is somebody else's, too");
            }
            if ((ticket & 1) == 0) {
                packet.release();
            } else {
                end[ending++] = packet;
                if (ending == BATCH || cycles >= CYCLES / WORKERS) {
                    PacketBuf.consume(end, 0, ending);
                    ending = 0;
                }
            }
        }
    }
}
