package org.nettytun.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import org.junit.jupiter.api.Test;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.stats.TunStats;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Where packets come from and go to: their owner, the shared slots, the memory's bound, the end of a thread. */
class NapiByteBufAllocatorTest {
    private final NapiByteBufAllocator napi = plain();

    private static NapiByteBufAllocator plain() {
        return quarantine(0);
    }

    private static NapiByteBufAllocator quarantine(int packets) {
        return new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 1536, 64, 1 << 20, true, NapiSizes.LINUX_6_19,
                packets);
    }

    private static void onNettysThread(Runnable body) throws Exception {
        Thread thread = new FastThreadLocalThread(body);
        List<Throwable> failures = new ArrayList<>();
        thread.setUncaughtExceptionHandler((dead, cause) -> failures.add(cause));
        thread.start();
        thread.join();
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.get(0));
        }
    }

    @Test
    void whatWasReleasedLastIsGivenFirst() throws Exception {
        onNettysThread(() -> {
            PacketBuf first = napi.allocate();
            PacketBuf second = napi.allocate();
            first.release();
            second.release();
            assertSame(second, napi.allocate());
            assertSame(first, napi.allocate());
            first.release();
            second.release();
        });
        assertEquals(0, napi.taken(), "the thread ended, and all its slots went home");
    }

    @Test
    void aHandlerFindsTheAllocatorOfItsPacket() {
        PacketBuf packet = napi.allocate();
        assertSame(napi, packet.alloc());
        assertSame(napi, packet.slice().alloc());
        assertSame(napi, packet.duplicate().asReadOnly().alloc());
        ByteBuf more = packet.alloc().directBuffer(100, 1500);
        assertInstanceOf(PacketBuf.class, more);
        PacketBuf around = PacketBuf.build(Unpooled.directBuffer(100), TunStats.ofQueue());
        assertSame(Unpooled.EMPTY_BUFFER.alloc(), around.alloc());
        List.of(packet, more, around).forEach(ByteBuf::release);
    }

    @Test
    void aLifeBeginsAnewWithEachAllocation() throws Exception {
        onNettysThread(() -> {
            PacketBuf packet = napi.allocate();
            packet.writeLong(1).readInt();
            packet.release();
            assertThrows(IllegalReferenceCountException.class, packet::release);
            assertThrows(IllegalReferenceCountException.class, () -> packet.getByte(0));
            PacketBuf again = napi.allocate();
            assertEquals(0, again.readerIndex() + again.writerIndex());
            assertEquals(1536, again.writableBytes());
            assertEquals(1, again.refCnt());
            ByteBuf slice = again.writeLong(2).retainedSlice(0, 4);
            assertFalse(again.release());
            assertEquals(0, slice.readInt());
            assertTrue(slice.release());
        });
        assertEquals(0, napi.taken());
    }

    @Test
    void pastTheBoundThereIsNoneUntilSomeComeBack() throws Exception {
        onNettysThread(() -> {
            List<PacketBuf> all = new ArrayList<>();
            for (PacketBuf packet = napi.allocate(); packet != null; packet = napi.allocate()) {
                all.add(packet);
            }
            assertTrue(napi.slabBytes() <= 1 << 20);
            assertEquals(all.size(), napi.taken());
            PacketBuf[] out = new PacketBuf[64];
            assertEquals(0, napi.allocateBulk(out, 64));
            ByteBuf fromParent = napi.directBuffer(100, 100);
            assertNull(PacketBuf.of(fromParent));
            fromParent.release();
            for (int i = 0; i < 10; i++) {
                all.remove(0).release();
            }
            assertEquals(10, napi.allocateBulk(out, 64));
            for (int i = 0; i < 10; i++) {
                out[i].release();
            }
            all.forEach(PacketBuf::release);
        });
        assertEquals(0, napi.taken());
        assertTrue(napi.slabBytes() <= 64 * 1664, "idle slabs were freed: " + napi.slabBytes());
    }

    @Test
    void aForeignReleaseGoesHomeWithTheOwnersNextFlush() throws Exception {
        BlockingQueue<PacketBuf> toOther = new LinkedBlockingQueue<>();
        BlockingQueue<Boolean> released = new LinkedBlockingQueue<>();
        Thread other = new Thread(() -> {
            try {
                for (int i = 0; i < 10; i++) {
                    toOther.take().release();
                }
                released.add(true);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        other.start();
        onNettysThread(() -> {
            List<PacketBuf> sent = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                sent.add(napi.allocate());
            }
            toOther.addAll(sent);
            try {
                assertTrue(released.poll(10, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            napi.flushDeferred();
            PacketBuf again = napi.allocate();
            assertTrue(sent.stream().anyMatch(each -> each == again), "the owner has its own back");
            again.release();
        });
        other.join();
        assertEquals(0, napi.taken());
    }

    @Test
    void anIdleLoopIsWokenWhenHalfOfItsListIsFull() throws Exception {
        TunEventLoopGroup group = new TunEventLoopGroup(1);
        int half = NapiSizes.LINUX_6_19.deferMax() / 2;
        List<PacketBuf> packets = new ArrayList<>();
        NapiCache[] cache = new NapiCache[1];
        group.next().submit(() -> {
            napi.wakeBy(group.next());
            for (int i = 0; i < 1000; i++) {
                PacketBuf packet = napi.allocate();
                if (packet != null) {
                    packets.add(packet);
                    cache[0] = packet.owner();
                }
            }
        }).sync();
        for (PacketBuf packet : packets) {
            packet.release();
        }
        Eventually.await(() -> cache[0].deferredCount() < half, () -> "waiting: " + cache[0].deferredCount());
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        Eventually.await(() -> napi.taken() == 0, () -> "not home: " + napi.taken());
    }

    @Test
    void threadsThatEndWhileOthersHoldTheirPacketsLoseNothing() throws Exception {
        ExecutorService others = Executors.newFixedThreadPool(2, new DefaultThreadFactory("foreign"));
        for (int round = 0; round < 300; round++) {
            BlockingQueue<PacketBuf> held = new LinkedBlockingQueue<>();
            Thread owner = new FastThreadLocalThread(() -> {
                for (int i = 0; i < 50; i++) {
                    held.add(napi.allocate());
                }
            });
            owner.start();
            Runnable release = () -> {
                for (int i = 0; i < 25; i++) {
                    try {
                        held.take().release();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            };
            List<Future<?>> both = List.of(others.submit(release), others.submit(release));
            owner.join();
            for (Future<?> each : both) {
                each.get(10, TimeUnit.SECONDS);
            }
        }
        others.shutdown();
        assertTrue(others.awaitTermination(10, TimeUnit.SECONDS));
        Eventually.await(() -> napi.taken() == 0, () -> "not home: " + napi.taken());
        assertTrue(napi.slabBytes() <= 64 * 1664);
    }

    /** Other thread-locals may end after the cache, and release what they hold. */
    @Test
    void aPacketThatItsOwnThreadReleasesAfterTheCacheEndedIsNotLost() throws Exception {
        onNettysThread(() -> {
            PacketBuf[] held = {napi.allocate(), napi.allocate(), napi.allocate(), napi.allocate()};
            ByteBuf shared = held[0].retainedDuplicate();
            FastThreadLocal.removeAll();
            held[0].release();
            shared.release();
            held[1].release();
            PacketBuf.consume(held, 2, 2);
        });
        assertEquals(0, napi.taken());
        assertEquals(0, napi.alive());
        assertEquals(4, napi.count(NapiCounter.CONSUMED));
        assertEquals(4, napi.count(NapiCounter.RETURN_SHARED));
    }

    @Test
    void inQuarantineAPacketIsOverwrittenAndRests() throws Exception {
        NapiByteBufAllocator resting = quarantine(3);
        onNettysThread(() -> {
            PacketBuf packet = resting.allocate();
            packet.writeLong(1);
            ByteBuffer kept = packet.nioBuffer(0, 8); // as a careless handler would
            packet.release();
            assertEquals(0x5a5a5a5a5a5a5a5aL, kept.getLong());
            for (int i = 0; i < 3; i++) {
                PacketBuf next = resting.allocate();
                assertNotSame(packet, next);
                next.release();
            }
            assertSame(packet, resting.allocate(), "three others were released since");
            packet.release();
        });
        assertEquals(0, resting.taken());
    }

    @Test
    void whatHappensIsCounted() throws Exception {
        onNettysThread(() -> {
            PacketBuf first = napi.allocate();
            first.release();
            napi.allocate().release();
            PacketBuf[] out = new PacketBuf[2000];
            int got = napi.allocateBulk(out, out.length);
            for (int i = 0; i < got; i++) {
                out[i].release();
            }
            assertEquals(2 + got, napi.count(NapiCounter.GET_CACHED) + napi.count(NapiCounter.GET_REFILLED));
            assertEquals(2000 - got, napi.count(NapiCounter.SHORTFALL));
            assertEquals(2 + got, napi.count(NapiCounter.RETURN_LOCAL));
            assertEquals(got, napi.highWater());
        });
        assertTrue(napi.count(NapiCounter.RETURN_LOCAL) > 500, "counts outlive their thread");
    }

    @Test
    void aThreadWithoutFastThreadLocalsUsesTheSharedSlots() {
        PacketBuf packet = napi.allocate();
        assertEquals(1, napi.taken());
        packet.release();
        assertEquals(0, napi.taken());
    }

    @Test
    void largePacketsHaveSlotsOfTheirOwnWithinTheSameBound() throws Exception {
        onNettysThread(() -> {
            PacketBuf large = napi.allocateLarge();
            assertEquals(1 << 16, large.writableBytes());
            assertTrue(large.memoryBytes() >= (1 << 16) + 64);
            assertNull(napi.allocate(), "the first slab of large slots used up the bound");
            large.release();
        });
        assertEquals(0, napi.taken());
        NapiByteBufAllocator both = new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 1536, 4 << 20);
        onNettysThread(() -> {
            PacketBuf small = assertInstanceOf(PacketBuf.class, both.directBuffer(100, 1536));
            PacketBuf large = assertInstanceOf(PacketBuf.class, both.directBuffer(100, 1537));
            assertTrue(large.memoryBytes() > small.memoryBytes());
            assertEquals(0, small.memoryBytes() / 64 % 2 - 1, "an odd number of cache lines");
            small.release();
            large.release();
            assertNull(PacketBuf.of(both.heapBuffer(100, 100)));
        });
        assertEquals(0, both.alive());
    }

    @Test
    void aPacketKnowsWhichAreInUse() throws Exception {
        onNettysThread(() -> {
            PacketBuf first = napi.allocate();
            PacketBuf second = napi.allocate();
            assertEquals(2, napi.alive());
            first.release();
            assertEquals(1, napi.alive());
            second.release();
            assertEquals(0, napi.alive());
            assertTrue(napi.taken() > 0, "they rest in the cache");
        });
    }

    @Test
    void anOuterHeaderGoesBeforeThePacketWithoutACopy() throws Exception {
        onNettysThread(() -> {
            PacketBuf packet = napi.allocate();
            long address = packet.memoryAddress();
            packet.writeInt(0x45000014);
            assertEquals(64, packet.headroom());
            assertEquals(1532, packet.tailroom());
            packet.push(8).setLong(packet.readerIndex(), 42);
            assertEquals(56, packet.headroom());
            assertEquals(12, packet.readableBytes());
            assertEquals(address - 8, packet.memoryAddress() + packet.readerIndex());
            assertEquals(42, packet.readLong());
            assertEquals(0x45000014, packet.getInt(packet.readerIndex()));
            packet.push(4).setInt(packet.readerIndex(), 7);
            assertEquals(7, packet.readInt());
            assertThrows(IndexOutOfBoundsException.class, () -> packet.push(65));
            assertThrows(IndexOutOfBoundsException.class, () -> packet.push(-1));
            ByteBuf shared = packet.retainedSlice();
            assertThrows(IllegalReferenceCountException.class, () -> packet.push(1));
            shared.release();
            packet.release();
            PacketBuf again = napi.allocate();
            assertEquals(64, again.headroom());
            assertEquals(1536, again.capacity());
            again.release();
        });
    }

    @Test
    void consumedInBulkTheyAreHomeAtOnceAndSharedOnesStay() throws Exception {
        onNettysThread(() -> {
            PacketBuf[] packets = new PacketBuf[64];
            assertEquals(64, napi.allocateBulk(packets, 64));
            PacketBuf kept = packets[10];
            kept.retain();
            PacketBuf built = PacketBuf.build(Unpooled.directBuffer(8), new TunStats());
            packets[20].release();
            packets[20] = built;
            PacketBuf.consume(packets, 0, 64);
            assertEquals(1, napi.alive());
            assertEquals(0, built.refCnt());
            assertNull(packets[63]);
            assertEquals(1, kept.refCnt());
            kept.release();
            assertEquals(64, napi.count(NapiCounter.RETURN_LOCAL));
            assertEquals(0, napi.alive());
        });
        assertEquals(0, napi.taken());
    }

    @Test
    void theCacheRefusesStrangers() throws Exception {
        NapiCache[] theirs = new NapiCache[1];
        onNettysThread(() -> {
            PacketBuf packet = napi.allocate();
            theirs[0] = packet.owner();
            packet.release();
        });
        assertThrows(IllegalStateException.class, theirs[0]::get);
        assertThrows(IllegalStateException.class, () -> theirs[0].getBulk(new PacketBuf[1], 1));
        assertThrows(IllegalStateException.class, () -> theirs[0].put(null));
    }

    @Test
    void badNumbersAreRefusedWithASentence() {
        assertEquals("slotBytes must be 68..65536: slotBytes=20", assertThrows(IllegalArgumentException.class,
                () -> new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 20, 1 << 20)).getMessage());
        assertEquals("headroom must be 16..4096 bytes: headroom=0", assertThrows(IllegalArgumentException.class,
                () -> new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 1500, 0, 1 << 20, NapiSizes.LINUX_5_12))
                .getMessage());
        assertThrows(IllegalArgumentException.class, () -> new NapiSizes(16, 17, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new NapiSizes(16, 1, 1, Integer.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> new NapiSizes(1 << 20, 1, 1, 1));
    }
}
