package org.nettytun.channel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.linux.fixture.Capture;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Two hosts that each have offloads or none towards us, and the kernel as the judge: what a side without offloads is
 * given must have checksums that it verifies, what comes must be what was sent.
 */
class OffloadBridgeTest extends TwoHosts {
    private static final Set<TunOffload> ALL = TunOffload.ALL_SUPPORTED;
    private static final int MEGABYTES = 8;

    private static Set<TunOffload> offloads(boolean on) {
        return on ? ALL : Set.of();
    }

    /** Each side with offloads and without, over IPv4 and IPv6, from left to right. */
    static Stream<Arguments> fromLeft() {
        return Stream.of(true, false).flatMap(leftHas -> Stream.of(true, false).flatMap(rightHas -> Stream.of(
                Arguments.of(leftHas, rightHas, "10.9.0.1", "10.9.0.2"),
                Arguments.of(leftHas, rightHas, "fd09::1", "fd09::2"))));
    }

    /** And back. */
    static Stream<Arguments> bothWays() {
        return Stream.concat(fromLeft(), fromLeft().map(Arguments::get)
                .map(each -> Arguments.of(each[0], each[1], each[3], each[2])));
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void tcp(boolean leftHas, boolean rightHas, String client, String server) throws Exception {
        join(offloads(leftHas), offloads(rightHas), OffloadBridgeTest::isPlainOrOwes);
        transfer(client, server, MEGABYTES);
        noChecksumWasWrong();
        TunStats sender = (client.endsWith("1") ? onLeft : onRight).stats();
        TunStats receiver = (client.endsWith("1") ? onRight : onLeft).stats();
        boolean from = client.endsWith("1") ? leftHas : rightHas;
        boolean to = client.endsWith("1") ? rightHas : leftHas;
        assertEquals(from, sender.packets(Term.SUPER_READ) > 0, sender::toString);
        assertTrue(!from || sender.packets(Term.SEGMENTS_READ) > 5 * sender.packets(Term.SUPER_READ), sender::toString);
        assertEquals(to, receiver.packets(Term.SUPER_SENT) > 0, receiver::toString);
        assertEquals(from && !to, receiver.packets(Term.SPLIT) > 0, receiver::toString);
        assertEquals(!from && to, receiver.packets(Term.MERGED) > 0, receiver::toString);
        assertEquals(0, onLeft.stats().packets(Term.OFFLOAD_REFUSED) + onRight.stats().packets(Term.OFFLOAD_REFUSED));
        for (TunChannel each : List.of(onLeft, onRight)) {
            assertEquals(IpLink.statistics(each == onLeft ? left : right, "tun0").txPackets(),
                    each.stats().packets(Term.READ));
        }
    }

    /** What owes something says so; and it is at its start. */
    private static boolean isPlainOrOwes(PacketBuf packet) {
        assertEquals(0, packet.metadata().start());
        assertTrue(packet.metadata().gsoType() != GsoType.NONE || packet.readableBytes() <= 1500);
        return true;
    }

    /** As the kernels count that verified them. */
    private void noChecksumWasWrong() {
        for (Netns host : List.of(left, right)) {
            String counters = host.exec("cat", "/proc/net/snmp");
            for (String protocol : List.of("Tcp", "Udp")) {
                assertEquals(0, counter(counters, protocol, "InCsumErrors"), counters);
            }
            String six = host.exec("cat", "/proc/net/snmp6");
            assertTrue(six.lines().filter(line -> line.startsWith("Udp6InCsumErrors"))
                    .allMatch(line -> line.endsWith(" 0") || line.endsWith("\t0")), six);
        }
    }

    private static long counter(String snmp, String protocol, String name) {
        List<String[]> rows = snmp.lines().filter(line -> line.startsWith(protocol + ":"))
                .map(line -> line.split(" ")).toList();
        return Long.parseLong(rows.get(1)[Arrays.asList(rows.get(0)).indexOf(name)]);
    }

    @ParameterizedTest
    @MethodSource("fromLeft")
    void tcpAfterLoss(boolean leftHas, boolean rightHas, String client, String server) throws Exception {
        AtomicInteger data = new AtomicInteger();
        join(offloads(leftHas), offloads(rightHas),
                packet -> packet.readableBytes() < 1000 || data.incrementAndGet() % 50 != 0);
        transfer(client, server, MEGABYTES);
        noChecksumWasWrong();
        String counters = left.exec("cat", "/proc/net/snmp");
        assertTrue(counter(counters, "Tcp", "RetransSegs") > 0, counters);
    }

    private void configure(String name, int value) {
        for (Netns host : List.of(left, right)) {
            host.exec("sh", "-c", "echo " + value + " > /proc/sys/net/ipv4/" + name);
        }
    }

    private static int transportAt(PacketBuf packet) {
        return packet.getUnsignedByte(0) >>> 4 == 6 ? 40 : 20;
    }

    /** They stand in each segment, and two packets with different ones are not merged. */
    @ParameterizedTest
    @MethodSource("fromLeft")
    void tcpWithTimestampsAndWithout(boolean leftHas, boolean rightHas, String client, String server)
            throws Exception {
        AtomicInteger with = new AtomicInteger();
        AtomicInteger without = new AtomicInteger();
        join(offloads(leftHas), offloads(rightHas), packet -> {
            if (packet.readableBytes() > 1000) {
                boolean hasOptions = packet.getUnsignedByte(transportAt(packet) + 12) >>> 4 == 8;
                (hasOptions ? with : without).incrementAndGet();
            }
            return true;
        });
        for (int on = 1; on >= 0; on--) {
            configure("tcp_timestamps", on);
            transfer(client, server, MEGABYTES / 2);
            assertTrue(on == 1 ? with.getAndSet(0) > 10 && without.get() == 0
                    : without.get() > 10 && with.get() == 0, with + " with, " + without + " without");
        }
        noChecksumWasWrong();
    }

    /** A mark on the way makes the sender answer with CWR, which only the first segment may keep. */
    @ParameterizedTest
    @MethodSource("fromLeft")
    void tcpWithCongestionMarks(boolean leftHas, boolean rightHas, String client, String server) throws Exception {
        configure("tcp_ecn", 1);
        AtomicInteger marked = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        join(offloads(leftHas), offloads(rightHas), packet -> {
            if (packet.readableBytes() > 1000 && marked.get() < 20) {
                marked.addAndGet(mark(packet) ? 1 : 0);
            }
            int transport = transportAt(packet);
            if (packet.readableBytes() > transport + 20 && (packet.getByte(transport + 13) & 0x80) != 0
                    && (packet.getByte(transport + 13) & 2) == 0) {
                answered.incrementAndGet();
            }
            return true;
        });
        transfer(client, server, MEGABYTES);
        noChecksumWasWrong();
        assertEquals(20, marked.get());
        assertTrue(answered.get() > 0, "nobody said CWR");
    }

    /** From ECN-capable to congestion experienced. */
    private static boolean mark(PacketBuf packet) {
        if (packet.getUnsignedByte(0) >>> 4 == 6) {
            int at = packet.getUnsignedByte(1);
            packet.setByte(1, at | 0x30);
            return (at & 0x30) != 0;
        }
        int service = packet.getUnsignedByte(1);
        if ((service & 3) == 0) {
            return false;
        }
        new Ipv4Header().wrap(packet, 0).typeOfService(service | 3).updateChecksum();
        return true;
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void udpInSegments(boolean leftHas, boolean rightHas, String client, String server) throws Exception {
        join(offloads(leftHas), offloads(rightHas), OffloadBridgeTest::isPlainOrOwes);
        transfer(client, server, 0);   // a device that just came up drops what it is given for a moment
        datagrams(client, server, 10);
        noChecksumWasWrong();
        boolean fromLeft = client.endsWith("1");
        boolean from = fromLeft ? leftHas : rightHas;
        boolean to = fromLeft ? rightHas : leftHas;
        TunStats sender = (fromLeft ? onLeft : onRight).stats();
        TunStats receiver = (fromLeft ? onRight : onLeft).stats();
        assertEquals(from ? 10 : 0, sender.packets(Term.SUPER_READ), sender::toString);
        assertEquals(from ? 10 * DATAGRAMS : 0, sender.packets(Term.SEGMENTS_READ));
        assertEquals(to, receiver.packets(Term.SUPER_SENT) > 0, receiver::toString);
        assertEquals(from && !to ? 10 * DATAGRAMS : 0, receiver.packets(Term.SEGMENTS));
    }

    static Stream<Arguments> bothWaysWithAPlainSide() {
        return bothWays().filter(each -> !(boolean) each.get()[0] || !(boolean) each.get()[1]);
    }

    /** Ours and the kernel's own. */
    @ParameterizedTest
    @MethodSource("bothWaysWithAPlainSide")
    void whatIsCapturedOnAPlainSideIsRightInItsChecksums(boolean leftHas, boolean rightHas, String client,
            String server) throws Exception {
        try (Capture capture = new Capture(rightHas ? left : right)) {
            join(offloads(leftHas), offloads(rightHas), OffloadBridgeTest::isPlainOrOwes);
            transfer(client, server, 2);
            datagrams(client, server, 4);
            capture.verify();
            assertTrue(capture.count(client, server, Capture.TCP) >= (2 << 20) / 1500, capture::toString);
            assertTrue(capture.count(server, client, Capture.TCP) > 10, capture::toString);
            assertEquals(4 * DATAGRAMS, capture.count(client, server, Capture.UDP), capture::toString);
        }
    }

    @Test
    void aPacketThatOwesItsChecksumIsFinishedForASideThatDoesNotTakeIt() throws Exception {
        join(Set.of(TunOffload.CSUM), Set.of(), OffloadBridgeTest::isPlainOrOwes);
        transfer("10.9.0.1", "10.9.0.2", 1);
        transfer("fd09::2", "fd09::1", 1);
        noChecksumWasWrong();
        assertTrue(onRight.stats().packets(Term.COMPLETED) > 100, onRight.stats()::toString);
        assertEquals(0, onLeft.stats().packets(Term.SUPER_READ));
    }
}
