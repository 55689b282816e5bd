package org.nettytun.offload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.TcpHeader;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import java.util.List;
import java.util.function.Consumer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a split makes; that the kernel makes the same is {@link KernelJudgeTest}'s. */
class GsoSplitTest {
    @Test
    void tcpSegmentsGoOnWhereTheLastEnded() {
        Segments flow = new Segments(false, true);
        flow.flags = TcpHeader.ACK | TcpHeader.PSH | TcpHeader.FIN | TcpHeader.CWR;
        int sequence = flow.sequence;
        PacketBuf whole = Partial.superPacket(flow, 2500, 1000);
        List<byte[]> segments = SuperPackets.split(whole);
        assertEquals(3, segments.size());
        Ipv4Header ip = new Ipv4Header();
        TcpHeader tcp = new TcpHeader();
        int[] flags = {TcpHeader.ACK | TcpHeader.CWR, TcpHeader.ACK, TcpHeader.ACK | TcpHeader.PSH | TcpHeader.FIN};
        for (int i = 0; i < 3; i++) {
            ByteBuf segment = Unpooled.wrappedBuffer(segments.get(i));
            assertEquals(DropReason.NONE, ip.wrap(segment, 0).check(segment.readableBytes()));
            tcp.wrap(segment, ip.payloadAt());
            assertEquals(i < 2 ? 1040 : 540, ip.totalLength());
            assertEquals(0xfffe + i & 0xffff, ip.identification());
            assertEquals(sequence + i * 1000, tcp.sequence());
            assertEquals(flags[i], tcp.flags());
            assertTrue(tcp.checksumValid(ip, ip.payloadLength()));
        }
        assertArrayEquals(joinedPayloads(segments, 40), Segments.bytes(whole.slice(40, 2500)));
        whole.release();
    }

    private static byte[] joinedPayloads(List<byte[]> segments, int headers) {
        ByteBuf all = Unpooled.buffer();
        segments.forEach(each -> all.writeBytes(each, headers, each.length - headers));
        return Segments.bytes(all);
    }

    @Test
    void theSuperPacketStaysAsItWas() {
        PacketBuf whole = Partial.superPacket(new Segments(true, false), 2500, 1000);
        byte[] before = Segments.bytes(whole);
        SuperPackets.split(whole);
        assertArrayEquals(before, Segments.bytes(whole));
        whole.release();
    }

    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void everyTruncationIsRefusedWithAReason(boolean isIpv6, boolean isTcp) {
        GsoSplit split = new GsoSplit();
        PacketBuf whole = Partial.superPacket(new Segments(isIpv6, isTcp), 300, 100);
        int length = whole.readableBytes();
        for (int cut = 0; cut < length; cut++) {
            whole.writerIndex(cut);
            assertNotEquals(DropReason.NONE, split.start(whole), "cut at " + cut);
            assertEquals(0, split.segments());
        }
        whole.writerIndex(length);
        assertEquals(DropReason.NONE, split.start(whole));
        whole.release();
    }

    private static void refuses(Segments flow, Consumer<PacketBuf> change) {
        PacketBuf packet = Partial.superPacket(flow, 3000, 1000);
        assertEquals(DropReason.NONE, new GsoSplit().start(packet));
        change.accept(packet);
        GsoSplit split = new GsoSplit();
        assertEquals(KernelDropReason.SKB_BAD_GSO, split.start(packet));
        assertEquals(0, split.segments());
        packet.release();
    }

    @Test
    void metadataThatContradictTheHeadersAreRefused() {
        for (boolean isIpv6 : new boolean[]{false, true}) {
            Segments tcp = new Segments(isIpv6, true);
            Segments udp = new Segments(isIpv6, false);
            for (GsoType type : GsoType.values()) {
                if (type != (isIpv6 ? GsoType.TCP6 : GsoType.TCP4)) {
                    refuses(tcp, packet -> packet.metadata().gso(type, false, 1000, 0));
                }
                if (type != GsoType.UDP_L4) {
                    refuses(udp, packet -> packet.metadata().gso(type, false, 1000, 0));
                }
            }
            GsoType ofTcp = isIpv6 ? GsoType.TCP6 : GsoType.TCP4;
            refuses(tcp, packet -> packet.metadata().gso(ofTcp, false, GsoSplit.MIN_TCP_SIZE - 1, 0));
            refuses(udp, packet -> packet.metadata().gso(GsoType.UDP_L4, false, 3000 / GsoSplit.MAX_DATAGRAMS, 0));
            refuses(udp, packet -> packet.metadata().gso(GsoType.UDP_L4, false, 0, 0));
            refuses(udp, packet -> packet.metadata().checksumDone());
            refuses(tcp, packet -> packet.metadata().partialChecksum(tcp.transportOffset(), 6));
            refuses(tcp, packet -> packet.metadata().partialChecksum(tcp.transportOffset() + 2, 14));
        }
        refuses(new Segments(false, true), packet -> {
            packet.setShort(6, 0x2000);
            new Ipv4Header().wrap(packet, 0).updateChecksum();
        });
        refuses(new Segments(false, true), packet -> {
            packet.setByte(9, 47);
            new Ipv4Header().wrap(packet, 0).updateChecksum();
        });
    }

    @Test
    void theHintOfAHeaderLengthIsNotTrusted() {
        Segments flow = new Segments(true, true);
        PacketBuf packet = Partial.superPacket(flow, 3000, 1000);
        List<byte[]> right = SuperPackets.split(packet);
        packet.metadata().gso(GsoType.TCP6, false, 1000, 1060);
        List<byte[]> again = SuperPackets.split(packet);
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(right.get(i), again.get(i));
        }
        packet.release();
    }

    @Test
    void tcpWithAFinishedChecksumIsSplit() {
        Segments flow = new Segments(false, true);
        PacketBuf packet = Partial.superPacket(flow, 3000, 1000);
        List<byte[]> right = SuperPackets.split(packet);
        ChecksumCompletion.complete(packet);
        assertArrayEquals(right.get(1), SuperPackets.split(packet).get(1));
        packet.release();
    }
}
