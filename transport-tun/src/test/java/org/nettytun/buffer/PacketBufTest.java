package org.nettytun.buffer;

import io.netty.buffer.AbstractByteBufTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nettytun.stats.Balance;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

import java.util.List;
import java.util.function.Consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** Netty's own test of a buffer, on a packet, as far as {@link NettySuites} says; and what a packet has beyond. */
@ExtendWith(NettySuites.class)
class PacketBufTest extends AbstractByteBufTest {
    @Override
    protected ByteBuf newBuffer(int length, int maxCapacity) {
        ByteBuf packet = PacketBuf.build(Unpooled.directBuffer(length, maxCapacity), new TunStats());
        assertEquals(0, packet.writerIndex());
        return packet;
    }

    @Test
    void aPacketIsFoundUnderItsViews() {
        PacketBuf packet = PacketBuf.build(Unpooled.directBuffer(64).writeZero(64), new TunStats());
        assertSame(packet, PacketBuf.of(packet));
        assertSame(packet, PacketBuf.of(packet.duplicate().asReadOnly().slice(2, 3)));
        assertNull(PacketBuf.of(Unpooled.EMPTY_BUFFER));
        packet.release();
    }

    @Test
    void aDropIsCountedOnceAndReleased() {
        TunStats queue = TunStats.ofQueue();
        ByteBuf data = Unpooled.directBuffer(64).writeZero(60);
        PacketBuf.build(data, queue).drop(KernelDropReason.IP_CSUM);
        assertEquals(0, data.refCnt());
        assertEquals(1, queue.dropped(Direction.INBOUND, KernelDropReason.IP_CSUM));
        assertEquals(60, queue.droppedBytes(Direction.INBOUND, KernelDropReason.IP_CSUM));
        assertEquals(1, queue.dropped(Direction.INBOUND));
        assertEquals(0, queue.dropped(Direction.OUTBOUND));
    }

    /** A head's end is counted by the verb that it was, however many there are. */
    @Test
    void eachHeadEndsByOneVerb() {
        TunStats queue = TunStats.ofQueue();
        assertEnds(NapiCounter.CONSUMED, PacketBuf::consume);
        assertEnds(NapiCounter.CONSUMED, ByteBuf::release);
        assertEnds(NapiCounter.DROPPED, packet -> packet.drop(KernelDropReason.NOMEM));
        assertEnds(NapiCounter.DROPPED, packet -> PacketBuf.accept(packet, queue).release());
        assertEnds(NapiCounter.SENT, packet -> {
            PacketBuf.accept(packet, queue).sent();
            packet.release();
        });
        assertEnds(NapiCounter.DROPPED, packet -> {
            PacketBuf.accept(packet, queue).refused(KernelDropReason.NOMEM);
            packet.release();
        });
    }

    private static void assertEnds(NapiCounter verb, Consumer<PacketBuf> end) {
        List<NapiCounter> verbs = List.of(NapiCounter.CONSUMED, NapiCounter.SENT, NapiCounter.DROPPED);
        List<Long> before = verbs.stream().map(PacketBuf::bare).toList();
        end.accept(PacketBuf.build(Unpooled.directBuffer(64).writeZero(60), new TunStats("test")));
        for (int i = 0; i < verbs.size(); i++) {
            assertEquals(before.get(i) + (verbs.get(i) == verb ? 1 : 0), PacketBuf.bare(verbs.get(i)), verb::name);
        }
    }

    @Test
    void whatAnApplicationMadeIsDroppedOnItsLedgerOnItsWayOut() {
        TunStats router = new TunStats("router");
        PacketBuf.build(Unpooled.directBuffer(64).writeZero(60), router).drop(KernelDropReason.QDISC_DROP);
        assertEquals(1, router.dropped(Direction.OUTBOUND, KernelDropReason.QDISC_DROP));
        assertEquals(0, router.dropped(Direction.INBOUND));
    }

    @Test
    void aDropWithoutAReasonLeavesThePacketToTheCaller() {
        TunStats queue = TunStats.ofQueue();
        PacketBuf packet = PacketBuf.build(Unpooled.directBuffer(64), queue);
        assertThrows(IllegalArgumentException.class, () -> packet.drop(DropReason.NONE));
        assertEquals(1, packet.refCnt());
        packet.consume();
        assertEquals(0, queue.dropped(Direction.INBOUND));
    }

    @Test
    void theNormalEndIsNoDrop() {
        TunStats queue = TunStats.ofQueue();
        long before = PacketBuf.bare(NapiCounter.CONSUMED);
        PacketBuf.build(Unpooled.directBuffer(64), queue).consume();
        PacketBuf.build(Unpooled.directBuffer(64), queue).release();
        assertEquals(2, PacketBuf.bare(NapiCounter.CONSUMED) - before);
        assertEquals(0, queue.dropped(Direction.INBOUND));
    }

    @Test
    void acceptedForWritingItIsSentRefusedOrPurged() {
        TunStats queue = TunStats.ofQueue();
        for (int i = 0; i < 3; i++) {
            PacketBuf packet = PacketBuf.build(Unpooled.directBuffer(64).writeZero(20), queue);
            assertSame(packet, PacketBuf.accept(packet, queue));
            assertEquals(1, queue.packets(Term.PENDING));
            if (i == 0) {
                packet.sent();
            } else if (i == 1) {
                packet.refused(KernelDropReason.DEV_READY);
            }
            packet.release();
        }
        assertEquals(new Balance(Direction.OUTBOUND, 3, 3, 60, 60), queue.balance(Direction.OUTBOUND));
        assertEquals(1, queue.packets(Term.SENT));
        assertEquals(1, queue.packets(Term.REFUSED));
        assertEquals(1, queue.packets(Term.PURGED));
        assertEquals(0, queue.packets(Term.PENDING));
        assertEquals(1, queue.dropped(Direction.OUTBOUND, KernelDropReason.DEV_READY));
        assertEquals(1, queue.dropped(Direction.OUTBOUND, KernelDropReason.QUEUE_PURGE));
    }

    @Test
    void whatSomebodyElseHoldsIsAcceptedInAHeadOfItsOwn() {
        TunStats queue = TunStats.ofQueue();
        PacketBuf shared = PacketBuf.build(Unpooled.directBuffer(64).writeZero(20), queue);
        PacketBuf clone = PacketBuf.accept(shared.retain(), queue);
        clone.sent();
        clone.release();
        assertEquals(1, shared.refCnt());
        shared.consume();
        assertEquals(1, queue.packets(Term.SENT));
        assertEquals(0, queue.packets(Term.PURGED));
    }
}
