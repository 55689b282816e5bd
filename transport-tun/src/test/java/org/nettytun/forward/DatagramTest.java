package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;
import org.nettytun.stats.TunStats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DatagramTest {
    private static final int MOST = 65515;
    private final Datagram datagram = new Datagram();
    private final byte[] payload = Build.numbered(MOST);

    @AfterEach
    void close() {
        if (!datagram.isFree()) {
            datagram.close();
        }
    }

    @Test
    void anyOrderMakesTheWhole() {
        Random random = new Random(4);
        for (int round = 0; round < 2000; round++) {
            int total = 1 + random.nextInt(round % 10 == 0 ? MOST : 2000);
            List<int[]> pieces = new ArrayList<>();
            for (int from = 0; from < total; ) {
                int length = Math.min(total - from, 8 * (1 + random.nextInt(1 + total / 40)));
                pieces.add(new int[] {from, length});
                from += length;
            }
            Collections.shuffle(pieces, random);
            open();
            for (int i = 0; i < pieces.size(); i++) {
                assertFalse(datagram.isComplete());
                assertEquals(DropReason.NONE, add(pieces.get(i)[0], pieces.get(i)[1], total));
            }
            assertTrue(datagram.isComplete());
            byte[] whole = new byte[total];
            datagram.bytes(0).readBytes(whole);
            assertArrayEquals(Arrays.copyOf(payload, total), whole);
            datagram.close();
        }
    }

    /** The slow reference keeps a bit for each byte. */
    @Test
    void overlapsAndDuplicatesAreSeenAsTheSlowReferenceSeesThem() {
        Random random = new Random(5);
        int[] seen = new int[3];
        for (int round = 0; round < 20_000; round++) {
            open();
            BitSet bytes = new BitSet();
            DropReason answer = DropReason.NONE;
            while (answer == DropReason.NONE || answer == KernelDropReason.DUP_FRAG) {
                int offset = 8 * random.nextInt(20);
                int length = 8 * (1 + random.nextInt(6));
                int there = bytes.get(offset, offset + length).cardinality();
                answer = datagram.add(Unpooled.wrappedBuffer(payload), offset, offset, length, true, MOST);
                DropReason expected = there == 0 ? DropReason.NONE : there == length ? KernelDropReason.DUP_FRAG
                        : TunDropReason.FRAG_OVERLAP;
                assertEquals(expected, answer);
                bytes.set(offset, offset + length);
                seen[there == 0 ? 0 : there == length ? 1 : 2]++;
            }
            datagram.close();
        }
        assertTrue(Arrays.stream(seen).allMatch(count -> count > 1000), () -> Arrays.toString(seen));
    }

    @Test
    void refusesWhatCannotBe() {
        open();
        assertEquals(TunDropReason.FRAG_MALFORMED, add(0, 0, 100), "empty");
        assertEquals(TunDropReason.FRAG_MALFORMED, datagram.add(Unpooled.buffer(99), 0, 65512, 8, true, MOST), "long");
        assertEquals(DropReason.NONE, add(40, 10, 50));
        assertEquals(TunDropReason.FRAG_MALFORMED, add(48, 8, 100), "behind the last");
        assertEquals(TunDropReason.FRAG_MALFORMED, add(32, 16, 48), "another last");
        open();
        assertEquals(DropReason.NONE, add(80, 16, 200));
        assertEquals(TunDropReason.FRAG_MALFORMED, add(0, 16, 16), "a last that is not");
    }

    @Test
    void theOldestMakesRoomAndItsFragmentsAreDrops() {
        TunStats ledger = TunStats.ofQueue();
        Reassembly reassembly = new Reassembly(new Packets(UnpooledByteBufAllocator.DEFAULT, ledger), ledger, 30);
        for (int i = 0; i < 3 * Reassembly.LIMIT; i++) {
            Datagram each = reassembly.of(0, 1, 0, 2, i, 17, i);
            assertNotNull(each);
            each.add(Unpooled.wrappedBuffer(payload), 0, 0, 16, true, MOST);
            each.add(Unpooled.wrappedBuffer(payload), 16, 16, 16, true, MOST);
        }
        assertEquals(4 * Reassembly.LIMIT, ledger.dropped(Direction.INBOUND, TunDropReason.FRAG_EVICTED));
        assertTrue(reassembly.expired(0) == null, "the oldest are gone");
        assertFalse(reassembly.isEmpty());
        reassembly.close();
        assertTrue(reassembly.isEmpty());
        assertEquals(2 * Reassembly.LIMIT, ledger.dropped(Direction.INBOUND, KernelDropReason.QUEUE_PURGE));
    }

    private void open() {
        if (!datagram.isFree()) {
            datagram.close();
        }
        ByteBuf bytes = Unpooled.directBuffer(Datagram.CAPACITY, Datagram.CAPACITY);
        datagram.open(bytes.writerIndex(Datagram.CAPACITY), 1, 2, 3, 4, 5, 6, 7);
    }

    private DropReason add(int offset, int length, int total) {
        return datagram.add(Unpooled.wrappedBuffer(payload), offset, offset, length, offset + length < total, MOST);
    }
}
