package org.nettytun.forward;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.packet.InternetChecksum;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.TcpHeader;
import org.nettytun.packet.UdpHeader;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nettytun.forward.Build.tcp;

/** What becomes of packets that owe a split or a checksum. */
class SuperPacketsTest {
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_CHECKSUM = 6;
    private OurJudge ours = new OurJudge();

    @AfterEach
    void nothingLeaked() {
        ours.close();
    }

    @Test
    void oneWhoseSegmentsFitGoesOnWhole() {
        byte[] packet = partial(tcp("10.1.0.1", "10.2.0.1", TcpHeader.ACK, "", 10_000), TCP_CHECKSUM);
        List<Judge.Out> outs = ours.inject(0, packet, metadata -> tso(metadata, 1360));
        assertEquals(1, outs.size());
        assertArrayEquals(Build.hops(packet, 63), outs.get(0).packet());
    }

    @Test
    void oneWhoseSegmentsDoNotFitIsTooBig() {
        byte[] packet = partial(tcp("10.1.0.1", "10.2.0.1", TcpHeader.ACK, "", 10_000), TCP_CHECKSUM);
        assertEquals("a:3/4", Fields.summary(ours.inject(0, packet, metadata -> tso(metadata, 1361))));
        assertEquals(KernelDropReason.PKT_TOO_BIG, ours.last());
    }

    @Test
    void withoutDfItsSegmentsAreFragmented() {
        byte[] packet = Build.flags(partial(tcp("10.1.0.1", "10.2.0.1", TcpHeader.ACK, "", 2920), TCP_CHECKSUM), 0);
        List<Judge.Out> outs = ours.inject(0, packet, metadata -> tso(metadata, 1460));
        assertEquals(4, outs.size());
        assertEquals(1396, outs.get(0).packet().length);
        assertEquals(124, outs.get(1).packet().length);
        assertEquals(DropReason.NONE, ours.last());
        assertEquals(2, ours.made.packets(Term.SEGMENTS));
        assertEquals(4, ours.made.packets(Term.FRAGMENTS));
    }

    @Test
    void whatIsForUsIsSettledFirst() {
        byte[] segment = partial(tcp("10.1.0.1", "10.1.0.254", TcpHeader.SYN, "", 0), TCP_CHECKSUM);
        assertEquals("a:p6", Fields.summary(ours.inject(0, segment, metadata -> metadata.partialChecksum(20,
                TCP_CHECKSUM))));
        byte[] packet = partial(tcp("10.1.0.1", "10.1.0.254", TcpHeader.ACK, "", 3000), TCP_CHECKSUM);
        assertEquals("a:p6 a:p6 a:p6", Fields.summary(ours.inject(0, packet, metadata -> tso(metadata, 1000))));
    }

    @Test
    void fragmentsOweNothing() {
        byte[] packet = Build.flags(partial(Build.udp("10.1.0.1", "10.2.0.1", 1500), UDP_CHECKSUM), 0);
        List<Judge.Out> outs = ours.inject(0, packet, metadata -> metadata.partialChecksum(20, UDP_CHECKSUM));
        byte[] first = outs.get(0).packet();
        byte[] second = outs.get(1).packet();
        byte[] whole = Build.join(first, Build.cut(second, 20, second.length));
        Ipv4Header ip = Build.ip4(whole).lengths(20, whole.length);
        assertTrue(new UdpHeader().wrap(Build.buf(whole), 20).checksumValid(ip));
    }

    @Test
    void aClampedSynOwesNoChecksum() {
        ours.close();
        ours = new OurJudge(new IcmpLimits(0), SegmentLimit.MTU);
        byte[] syn = partial(tcp("10.1.0.1", "10.2.0.1", TcpHeader.SYN, "020405b4", 0), TCP_CHECKSUM);
        byte[] out = ours.inject(0, syn, metadata -> metadata.partialChecksum(20, TCP_CHECKSUM)).get(0).packet();
        TcpHeader tcp = new TcpHeader().wrap(Build.buf(out), 20);
        assertEquals(1360, tcp.maximumSegmentSize());
        assertTrue(tcp.checksumValid(Build.ip4(out), out.length - 20));
    }

    @Test
    void metadataOfAnotherPacketAreRefused() {
        byte[] packet = Build.udp("10.1.0.1", "10.2.0.1", 1500);
        assertEquals(List.of(), ours.inject(0, packet, metadata -> tso(metadata, 1000)));
        assertEquals(KernelDropReason.DEV_HDR, ours.last());
    }

    private static void tso(PacketMetadata metadata, int size) {
        metadata.gso(GsoType.TCP4, false, size, 40).partialChecksum(20, TCP_CHECKSUM);
    }

    /** With the pseudo-header's sum where the checksum will be. */
    private static byte[] partial(byte[] packet, int checksumOffset) {
        byte[] changed = packet.clone();
        int protocol = checksumOffset == TCP_CHECKSUM ? IpProtocol.TCP : IpProtocol.UDP;
        long sum = InternetChecksum.pseudoHeader(Build.ip4(packet), protocol, packet.length - 20);
        Build.buf(changed).setShort(20 + checksumOffset, ~InternetChecksum.fold(sum));
        return changed;
    }
}
