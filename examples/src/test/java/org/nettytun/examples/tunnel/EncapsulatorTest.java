package org.nettytun.examples.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.examples.router.TestPackets;
import org.nettytun.packet.IpProtocol;
import org.nettytun.stats.Direction;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunStats;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

class EncapsulatorTest {
    private final NapiByteBufAllocator allocator = NapiByteBufAllocator.DEFAULT;
    private final TunStats stats = TunStats.ofQueue();
    private final List<PacketBuf> out = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final InnerPacket inner = new InnerPacket();

    private PacketBuf packet(ByteBuf bytes) {
        PacketBuf packet = allocator.allocate().readFrom(stats);
        packet.writeBytes(bytes);
        bytes.release();
        return packet;
    }

    private EmbeddedChannel channel(Sealing sealing) {
        TunnelPlan plan = new TunnelPlan("t", null, List.of(), new InetSocketAddress("192.0.2.1", 1),
                new InetSocketAddress("192.0.2.2", 1), 1000, null, 0, 1);
        return new EmbeddedChannel(new Encapsulator(plan, sealing, out::add, log::add));
    }

    /** The packet that leaves is the one that came, at the same place in memory; before it is the header. */
    @Test
    void theHeaderGoesIntoTheHeadroom() {
        EmbeddedChannel channel = channel(Sealing.NONE);
        PacketBuf packet = packet(TestPackets.v4("10.7.0.1", "10.7.0.2", 1000));
        int headroom = packet.headroom();
        channel.writeInbound(packet);
        assertSame(packet, out.get(0));
        assertEquals(headroom - TunnelHeader.PLAIN_LENGTH, packet.headroom());
        assertEquals(TunnelHeader.PLAIN_LENGTH + 1000, packet.readableBytes());
        assertEquals(TunnelHeader.PLAIN, packet.getUnsignedByte(packet.readerIndex()));
        assertEquals(0x45, packet.getUnsignedByte(packet.readerIndex() + TunnelHeader.PLAIN_LENGTH));
        packet.release();
        channel.finish();
    }

    @Test
    void whatIsLongerThanTheTunnelsMtuIsDropped() {
        EmbeddedChannel channel = channel(Sealing.NONE);
        channel.writeInbound(packet(TestPackets.v4("10.7.0.1", "10.7.0.2", 1001)));
        assertEquals(List.of(), out);
        assertEquals(1, stats.dropped(Direction.INBOUND, KernelDropReason.PKT_TOO_BIG));
        channel.finish();
    }

    @Test
    void flowsAreSpreadAndStayTogether() {
        int[] counts = new int[4];
        for (int port = 0; port < 4000; port++) {
            ByteBuf packet = TestPackets.v4("10.7.0.1", "10.7.0.2", IpProtocol.TCP, 100).setShort(20, port);
            int flow = flow(packet);
            assertTrue(flow >= 0 && flow < 256);
            assertEquals(flow, flow(packet.setInt(24, port)), "bytes behind the ports do not matter");
            counts[flow % 4]++;
            packet.release();
        }
        for (int count : counts) {
            assertTrue(count > 800 && count < 1200, () -> "not even: " + Arrays.toString(counts));
        }
    }

    @Test
    void aFragmentHasNoPorts() {
        ByteBuf first = TestPackets.v4("10.7.0.1", "10.7.0.2", 100);
        TestPackets.ip4(first).fragment(false, true, 0).updateChecksum();
        ByteBuf second = TestPackets.v4("10.7.0.1", "10.7.0.2", 100).setInt(20, 7);
        TestPackets.ip4(second).fragment(false, false, 80).updateChecksum();
        assertEquals(flow(first), flow(second));
        first.release();
        second.release();
    }

    private int flow(ByteBuf packet) {
        inner.check(packet);
        return inner.flow(packet);
    }
}
