package org.nettytun.examples.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.NapiCounter;
import org.nettytun.fixture.Balances;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.stats.Direction;
import org.nettytun.stats.KernelDropReason;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nettytun.examples.router.TestPackets.ip4;
import static org.nettytun.examples.router.TestPackets.v4;
import static org.nettytun.examples.router.TestPackets.v6;

/** Two ends over loopback, everywhere; real devices are {@code TunnelIT}'s. */
@ExtendWith(Balances.class)
class TunnelTest {
    private static final int FLOWS = 16;
    private static final int EACH = 200;

    private final InetSocketAddress a = End.unused();
    private final InetSocketAddress b = End.unused();

    static SealKey key(int fill) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return new SealKey(bytes);
    }

    @ParameterizedTest
    @CsvSource({"false, 0", "true, 0", "true, 1", "true, 3"})
    void packetsComeOutAsTheyWentIn(boolean sealed, int workers) throws Exception {
        SealKey key = sealed ? key(7) : null;
        try (End one = new End(a, b, key, workers); End two = new End(b, a, key, workers)) {
            for (int length : new int[] {20, 21, 28, 64, 1279, 1280, End.MTU - 1, End.MTU}) {
                assertCrosses(one, two, v4("10.7.0.1", "10.7.0.2", length));
                assertCrosses(two, one, v4("10.7.0.2", "10.7.0.1", length));
                assertCrosses(one, two, v6("fd07::1", "fd07::2", Math.max(40, length)));
            }
            long packets = 8 * 2;
            Eventually.await(() -> packets == one.tunnel().datagrams().packets(Direction.OUTBOUND)
                    && packets == two.tunnel().tun().stats().packets(Direction.OUTBOUND), () -> one + "; " + two);
            assertEquals(packets, two.tunnel().datagrams().packets(Direction.INBOUND));
            assertEquals(8, one.tunnel().datagrams().packets(Direction.INBOUND));
            int overhead = sealed ? 32 : 8;
            assertEquals(one.tunnel().tun().stats().bytes(Direction.INBOUND) + packets * overhead,
                    one.tunnel().datagrams().bytes(Direction.OUTBOUND));
            assertEquals(0, two.tunnel().missing().sum());
        }
    }

    static byte[] bytes(ByteBuf packet) {
        byte[] bytes = ByteBufUtil.getBytes(packet);
        packet.release();
        return bytes;
    }

    /** A byte behind the packet that its header does not know of. */
    static ByteBuf withOneMore(ByteBuf packet) {
        ByteBuf longer = Unpooled.directBuffer().writeBytes(packet).writeByte(0);
        packet.release();
        return longer;
    }

    private static void assertCrosses(End from, End to, ByteBuf packet) throws InterruptedException {
        String sent = ByteBufUtil.hexDump(packet);
        from.send(packet);
        assertEquals(sent, ByteBufUtil.hexDump(to.receive()));
    }

    @ParameterizedTest
    @CsvSource({"false, 0", "true, 0", "true, 2"})
    void eachFlowStaysInOrder(boolean sealed, int workers) throws Exception {
        SealKey key = sealed ? key(7) : null;
        try (End one = new End(a, b, key, workers); End two = new End(b, a, key, workers)) {
            long deferred = NapiByteBufAllocator.DEFAULT.count(NapiCounter.RETURN_DEFERRED);
            int[] next = new int[FLOWS];
            for (int round = 0; round < EACH; round++) {
                List<ByteBuf> packets = new ArrayList<>();
                for (int flow = 0; flow < FLOWS; flow++) {
                    ByteBuf packet = v4("10.7.0." + flow, "10.8.0.1", 600);
                    ip4(packet).identification(round).updateChecksum();
                    packets.add(packet);
                }
                one.send(packets);
                if (round % 10 == 9) {   // not more than the socket's buffer holds
                    for (int i = 0; i < 10 * FLOWS; i++) {
                        ByteBuf packet = two.receive();
                        int flow = ip4(packet).source() & 0xff;
                        assertEquals(next[flow]++, ip4(packet).identification(), "of flow " + flow);
                    }
                }
            }
            assertEquals(0, two.tunnel().missing().sum());
            if (workers > 0) {
                assertTrue(NapiByteBufAllocator.DEFAULT.count(NapiCounter.RETURN_DEFERRED) > deferred,
                        "the workers released what is not theirs");
            }
        }
    }

    /** So little may be with the workers that most of a batch must go; all of it is accounted for. */
    @Test
    void whatTheWorkersHaveNoRoomForIsDroppedAndCounted() throws Exception {
        try (End one = new End(a, b, key(7), 2, 4); End two = new End(b, a, key(7), 2, 500)) {
            List<ByteBuf> packets = new ArrayList<>();
            for (int i = 0; i < 512; i++) {
                packets.add(v4("10.7.0.1", "10.7.0.2", 100));
            }
            one.send(packets);
            Eventually.await(() -> one.tunnel().tun().stats().packets(Direction.INBOUND) == 512
                    && two.tunnel().tun().stats().packets(Direction.OUTBOUND)
                    + one.tunnel().tun().stats().dropped(Direction.INBOUND) == 512, () -> one + "; " + two);
            assertTrue(one.tunnel().tun().stats().dropped(Direction.INBOUND, KernelDropReason.QDISC_DROP) > 0,
                    one::toString);
        }
    }

    @Test
    void whatIsNoWholePacketIsNotSent() throws Exception {
        try (End one = new End(a, b, null, 0); End two = new End(b, a, null, 0)) {
            one.send(Unpooled.directBuffer().writeByte(0x45));
            one.send(Unpooled.directBuffer().writeZero(40));
            one.send(withOneMore(v4("10.7.0.1", "10.7.0.2", 100)));
            one.send(v4("10.7.0.1", "10.7.0.2", 100).writerIndex(99));
            assertCrosses(one, two, v4("10.7.0.1", "10.7.0.2", 100));
            var stats = one.tunnel().tun().stats();
            assertEquals(2, stats.dropped(Direction.INBOUND, KernelDropReason.PKT_TOO_SMALL), one::toString);
            assertEquals(1, stats.dropped(Direction.INBOUND, KernelDropReason.INVALID_PROTO), one::toString);
            assertEquals(1, stats.dropped(Direction.INBOUND, KernelDropReason.IP_INHDR), one::toString);
        }
    }

    @Test
    void aPeerThatStartsAgainIsHeard() throws Exception {
        for (SealKey key : new SealKey[] {null, key(7)}) {
            try (End one = new End(a, b, key, 0)) {
                for (int life = 0; life < 3; life++) {
                    try (End two = new End(b, a, key, 0)) {
                        assertCrosses(two, one, v4("10.7.0.2", "10.7.0.1", 100));
                        assertCrosses(two, one, v4("10.7.0.2", "10.7.0.1", 100));
                        assertCrosses(one, two, v4("10.7.0.1", "10.7.0.2", 100));
                    }
                }
                assertEquals(0, one.tunnel().datagrams().dropped(Direction.INBOUND), one::toString);
            }
        }
    }

    @Test
    void anotherKeyIsAnotherTunnel() throws Exception {
        try (End one = new End(a, b, key(7), 0); End two = new End(b, a, key(8), 2)) {
            one.send(v4("10.7.0.1", "10.7.0.2", 100));
            two.assertRefused(TunnelDropReason.BAD_SEAL);
        }
        try (End one = new End(a, b, key(7), 0); End two = new End(b, a, null, 0)) {
            one.send(v4("10.7.0.1", "10.7.0.2", 100));
            two.assertRefused(TunnelDropReason.BAD_HEADER);
        }
    }
}
