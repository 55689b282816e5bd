package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.packet.TcpHeader;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;

import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nettytun.forward.Build.hops;
import static org.nettytun.forward.Build.icmp;
import static org.nettytun.forward.Build.ping;
import static org.nettytun.forward.Build.tcp;
import static org.nettytun.forward.Build.udp;

/** By what name packets are let go, and what needs no kernel to compare with; for the rest {@link DifferentialTest}. */
class ForwarderTest {
    private static final String MSS_1460 = "020405b4";
    private OurJudge ours = new OurJudge();

    @AfterEach
    void nothingLeaked() {
        ours.close();
    }

    @ParameterizedTest
    @CsvSource({
        "224.0.0.1, 10.2.0.1, IP_INVALID_SOURCE",
        "255.255.255.255, 10.2.0.1, IP_INVALID_SOURCE",
        "0.0.0.0, 10.2.0.1, IP_INVALID_SOURCE",
        "0.1.2.3, 10.2.0.1, IP_INVALID_SOURCE",
        "169.254.7.7, 10.2.0.1, IP_INVALID_SOURCE",
        "127.0.0.1, 10.2.0.1, IP_LOCALNET",
        "10.2.0.254, 10.2.0.1, IP_LOCAL_SOURCE",
        "10.1.0.1, 127.0.0.1, IP_LOCALNET",
        "10.1.0.1, 0.0.0.0, IP_INVALID_DEST",
        "10.1.0.1, 224.0.0.5, IP_INVALID_DEST",
        "10.1.0.1, 255.255.255.255, IP_INVALID_DEST",
        "10.1.0.1, 169.254.7.7, IP_INVALID_DEST",
        "10.1.0.1, 10.2.0.255, IP_INVALID_DEST",
        "fd01::1, fe80::2, IP_INVALID_DEST",
        "10.1.0.1, 10.66.3.1, ROUTE_BLACKHOLE",
        "ff02::1, fd02::1, IP_INVALID_SOURCE",
        "::1, fd02::1, IP_LOCALNET",
        "::, fd02::1, IP_INVALID_SOURCE",
        "fd01::1, ::1, IP_LOCALNET",
        "fd01::1, ff02::2, IP_INVALID_DEST",
        "fd01::1, ff01::2, IP_INVALID_DEST",
        "fd01::1, fd66:3::1, ROUTE_BLACKHOLE",
    })
    void endsInSilence(String source, String destination, String reason) {
        assertEquals(List.of(), ours.inject(0, udp(source, destination, 100)));
        assertEquals(reason, ours.last().name());
        assertEquals(0, ours.limits.sent().sum());
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.0.1, 10.77.0.1, 64, 60, IP_INNOROUTES, a:3/0",
        "10.1.0.1, 10.66.1.1, 64, 60, ROUTE_UNREACHABLE, a:3/1",
        "10.1.0.1, 10.66.2.1, 64, 60, ROUTE_PROHIBITED, a:3/13",
        "10.1.0.1, 10.2.0.1, 1, 60, TTL_EXPIRED, a:11/0",
        "10.1.0.1, 10.2.0.1, 64, 1500, PKT_TOO_BIG, a:3/4",
        "10.1.0.1, 10.1.0.254, 64, 60, NO_SOCKET, a:3/3",
        "fd01::1, fd77::1, 64, 100, IP_INNOROUTES, a:1/0",
        "fd01::1, ::, 64, 100, IP_INNOROUTES, a:1/0",
        "fd01::1, fd66:1::1, 64, 100, ROUTE_UNREACHABLE, a:1/0",
        "fd01::1, fd66:2::1, 64, 100, ROUTE_PROHIBITED, a:1/1",
        "fd01::1, fd02::1, 1, 100, TTL_EXPIRED, a:3/0",
        "fd01::1, fd02::1, 64, 1500, PKT_TOO_BIG, a:2/0",
        "fe80::1, fd02::1, 64, 100, IP_INVALID_SOURCE, a:1/2",
        "fd01::1, fd01::2, 64, 100, ROUTE_UNREACHABLE, a:1/3",
        "fd01::1, fd01::fe, 64, 100, NO_SOCKET, a:1/4",
    })
    void tellsTheSender(String source, String destination, int hops, int length, String reason, String answer) {
        assertEquals(answer, Fields.summary(ours.inject(0, hops(udp(source, destination, length), hops))));
        assertEquals(reason, ours.last().name());
        assertEquals(1, ours.limits.sent().sum());
    }

    @Test
    void sourceRoutesHaveAReasonOfTheirOwn() {
        ours.inject(0, Build.options(udp("10.1.0.1", "10.2.0.1", 60), "83070400000000 00"));
        assertEquals("SOURCE_ROUTED", ours.last().name());
    }

    @Test
    void neitherVersionNorAnything() {
        ours.inject(0, new byte[] {0x75, 0, 0});
        assertEquals(KernelDropReason.INVALID_PROTO, ours.last());
        ours.inject(0, new byte[0]);
        assertEquals(KernelDropReason.PKT_TOO_SMALL, ours.last());
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.2.0.1", "fd02::1"})
    void clampsSegmentsAtEitherPort(String far) {
        ours.close();
        ours = new OurJudge(new IcmpLimits(0), SegmentLimit.MTU);
        String near = far.replace("2.0.1", "1.0.1").replace("fd02", "fd01");
        int most = 1400 - (far.contains(":") ? 60 : 40);
        for (int port = 0; port < 2; port++) {
            byte[] syn = port == 0 ? tcp(near, far, TcpHeader.SYN, MSS_1460, 0)
                    : tcp(far, near, TcpHeader.SYN, MSS_1460, 0);
            byte[] out = ours.inject(port, syn).get(0).packet();
            assertEquals(most, tcpOf(out).maximumSegmentSize());
            assertTrue(checksumValid(out));
            byte[] other = ours.inject(port, port == 0 ? tcp(near, far, TcpHeader.ACK, MSS_1460, 0)
                    : tcp(far, near, TcpHeader.ACK, MSS_1460, 0)).get(0).packet();
            assertEquals(1460, tcpOf(other).maximumSegmentSize(), "only a SYN");
        }
    }

    @Test
    void clampsToANumberAndLeavesLaterFragmentsAlone() {
        ours.close();
        ours = new OurJudge(new IcmpLimits(0), new SegmentLimit(1000));
        byte[] syn = tcp("10.1.0.1", "10.2.0.1", TcpHeader.SYN, MSS_1460, 0);
        assertEquals(1000, tcpOf(ours.inject(0, syn).get(0).packet()).maximumSegmentSize());
        byte[] later = Build.flags(syn, 1);
        byte[] out = ours.inject(0, later).get(0).packet();
        assertArrayEquals(Build.cut(later, 20, later.length), Build.cut(out, 20, out.length));
    }

    @Test
    void anErrorThatDoesNotFitIsCutToTheMtuOfItsWay() {
        ours.router.ports().get(0).mtu(300);
        assertEquals(300, ours.inject(0, hops(udp("10.1.0.1", "10.2.0.1", 1400), 1)).get(0).packet().length);
    }

    @Test
    void withoutMemoryThereIsNoAnswerAndNoFragment() {
        byte[] packet = udp("10.1.0.1", "10.2.0.1", 1500);
        byte[] expired = hops(udp("10.1.0.1", "10.2.0.1", 60), 1);
        try (OurJudge poor = new OurJudge(new IcmpLimits(0), SegmentLimit.NONE, 64)) {
            List<ByteBuf> held = new ArrayList<>();
            for (int i = 0; i < 63; i++) {
                held.add(poor.alloc.allocate());
            }
            assertEquals(List.of(), poor.inject(0, expired));
            assertEquals(1, poor.limits.suppressed().sum());
            assertEquals(List.of(), poor.inject(0, Build.flags(packet, 0)));
            assertEquals(KernelDropReason.NOMEM, poor.last());
            held.forEach(ByteBuf::release);
            assertEquals(2, poor.inject(0, Build.flags(packet, 0)).size());
        }
    }

    /** Its pieces would have offsets that wrap around, and would be written over others. */
    @Test
    void aFragmentThatEndsBehindTheLongestPacketIsNotCut() {
        byte[] packet = udp("10.1.0.1", "10.2.0.1", 1500);
        assertEquals(List.of(), ours.inject(0, Build.flags(packet, (65536 - 1480) / 8)));
        assertEquals(TunDropReason.FRAG_MALFORMED, ours.last());
        assertEquals(2, ours.inject(0, Build.flags(packet, (65536 - 1480) / 8 - 3)).size(), "ends in time");
    }

    @Test
    void icmpLimitsHoldPerDestinationAndTypesWithoutLimitHaveNone() {
        ours.close();
        ours = new OurJudge(new IcmpLimits(IcmpLimits.DEFAULT_PER_SECOND), SegmentLimit.NONE);
        assertEquals(6, answers(200, hops(udp("10.1.0.1", "10.2.0.1", 60), 1)));
        assertEquals(6, answers(200, udp("10.1.0.2", "10.77.0.1", 60)), "each destination has its own");
        assertEquals(200, answers(200, udp("10.1.0.1", "10.2.0.1", 1500)), "too big is never limited");
        assertEquals(200, answers(200, udp("fd01::1", "fd02::1", 1500)));
        assertEquals(200, answers(200, ping("10.1.0.1", "10.1.0.254", 60)));
        assertEquals(200, answers(200, icmp("fd01::1", "fd01::fe", 128, 0, 60)));
    }

    private int answers(int packets, byte[] packet) {
        int answers = 0;
        for (int i = 0; i < packets; i++) {
            answers += ours.inject(0, packet).size();
        }
        return answers;
    }

    @Test
    void fragmentsThatWaitAreDropsInTheEnd() {
        byte[] whole = ping("10.1.0.1", "10.1.0.254", 3000);
        ours.inject(0, Build.piece4(whole, 0, 1480, true));
        ours.inject(0, Build.piece4(whole, 1480, 1480, true));
        byte[] six = ping("fd01::1", "fd01::fe", 3000);
        ours.inject(0, Build.piece6(six, 0, 1448, true));
        assertEquals(DropReason.NONE, ours.last());
        ours.forwarder(0).expire(System.nanoTime() + 31_000_000_000L);
        assertEquals("a:11/1", summaryAfterExpiry(), "half a minute, and the first one was there");
        ours.forwarder(0).expire(System.nanoTime() + 61_000_000_000L);
        assertEquals("a:3/1", summaryAfterExpiry());
        assertEquals(3, ours.dropped(KernelDropReason.FRAG_REASM_TIMEOUT));
    }

    private String summaryAfterExpiry() {
        ours.forwarder(0).flush();
        return Fields.summary(ours.outputs());
    }

    private static TcpHeader tcpOf(byte[] packet) {
        return new TcpHeader().wrap(Build.buf(packet), Build.isV4(packet) ? 20 : 40);
    }

    private static boolean checksumValid(byte[] packet) {
        return Build.isV4(packet) ? tcpOf(packet).checksumValid(Build.ip4(packet), packet.length - 20)
                : tcpOf(packet).checksumValid(Build.ip6(packet), packet.length - 40);
    }
}
