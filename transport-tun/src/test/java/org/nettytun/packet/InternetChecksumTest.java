package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class InternetChecksumTest {
    private static final int LONGEST = 9001;

    @Test
    void agreesWithTheSlowReferenceAtEveryLength() {
        byte[] bytes = new byte[LONGEST];
        new Random(1).nextBytes(bytes);
        for (int length = 0; length <= LONGEST; length++) {
            ByteBuf buf = Unpooled.wrappedBuffer(bytes, 0, length);
            assertEquals(SlowChecksum.of(Arrays.copyOf(bytes, length)), InternetChecksum.of(buf, 0, length),
                    "length=" + length);
        }
    }

    @Test
    void agreesWithTheSlowReferenceAtEveryAlignmentOfASlot() {
        byte[] bytes = new byte[LONGEST + 8];
        new Random(2).nextBytes(bytes);
        PacketBuf slot = new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, bytes.length, 4 << 20).allocate();
        slot.writeBytes(bytes);
        for (int from = 0; from < 8; from++) {
            for (int length = 0; length <= LONGEST; length++) {
                assertEquals(SlowChecksum.of(bytes, from, length), InternetChecksum.of(slot, from, length));
            }
        }
        slot.release();
    }

    @Test
    void agreesWithTheSlowReferenceOnEveryKindOfBuffer() {
        byte[] bytes = new byte[333];
        new Random(5).nextBytes(bytes);
        ByteBuf heap = Unpooled.wrappedBuffer(bytes);
        ByteBuf direct = ByteBufAllocator.DEFAULT.directBuffer().writeBytes(bytes);
        ByteBuf pieces = Unpooled.wrappedBuffer(heap.slice(0, 101), direct.slice(101, 232));
        ByteBuf shared = direct.retainedDuplicate();
        for (ByteBuf each : List.of(heap, heap.asReadOnly(), direct, pieces, shared, direct.slice(),
                direct.asReadOnly(), Unpooled.wrappedBuffer(direct.nioBuffer()))) {
            for (int from = 0; from < 8; from++) {
                for (int length = 0; length < 321; length++) {
                    assertEquals(SlowChecksum.of(bytes, from, length), InternetChecksum.of(each, from, length));
                }
            }
            assertEquals(each.getInt(0), Unpooled.wrappedBuffer(bytes).getInt(0), "its byte order has changed");
        }
        shared.release();
        direct.release();
    }

    @Test
    void twoThreadsMaySumTheSameSharedBytes() throws Exception {
        byte[] bytes = new byte[1500];
        new Random(6).nextBytes(bytes);
        ByteBuf shared = ByteBufAllocator.DEFAULT.directBuffer().writeBytes(bytes).retain();
        Callable<Void> sums = () -> {
            for (int i = 0; i < 50_000; i++) {
                int from = i % 700;
                assertEquals(SlowChecksum.of(bytes, from, 64), InternetChecksum.of(shared, from, 64));
            }
            return null;
        };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        for (Future<Void> each : threads.invokeAll(List.of(sums, sums))) {
            each.get();
        }
        threads.shutdown();
        shared.release(2);
    }

    @Test
    void carriesOutOfFullWords() {
        byte[] bytes = new byte[65535];
        Arrays.fill(bytes, (byte) 0xff);
        assertEquals(SlowChecksum.of(bytes), InternetChecksum.of(Unpooled.wrappedBuffer(bytes), 0, bytes.length));
        assertEquals(0xffff, InternetChecksum.fold(0));
        assertEquals(0, InternetChecksum.fold(0xffff));
        assertEquals(0, InternetChecksum.fold(0xffffffffffffL));
        assertEquals(0xfffe, InternetChecksum.fold(0x10000));
        assertEquals(0xfffe, InternetChecksum.fold(0x1fffe0000L - 0x1fffdffffL));
    }

    @Test
    void storedChecksumMakesTheSumValid() {
        byte[] bytes = new byte[20];
        new Random(3).nextBytes(bytes);
        ByteBuf buf = Unpooled.wrappedBuffer(bytes).setShort(10, 0);
        buf.setShort(10, InternetChecksum.of(buf, 0, 20));
        assertTrue(InternetChecksum.isValid(buf, 0, 20));
    }

    @Test
    void updateOfOneWordEqualsComputingAnew() {
        Random random = new Random(4);
        ByteBuf buf = Unpooled.buffer(20).writerIndex(20);
        for (int i = 0; i < 100_000; i++) {
            for (int word = 0; word < 20; word += 2) {
                buf.setShort(word, random.nextInt(8) == 0 ? 0xffff : random.nextInt());
            }
            buf.setShort(0, 0x4500 | random.nextInt(256));   // a header never sums up to all zeros
            int checksum = InternetChecksum.of(buf, 0, 20);
            int before = buf.getUnsignedShort(8);
            int after = random.nextInt(4) == 0 ? 0xffff : random.nextInt(0x10000);
            buf.setShort(8, after);
            assertEquals(InternetChecksum.of(buf, 0, 20), InternetChecksum.update(checksum, before, after));
        }
    }
}
