package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.SegmentedDatagramPacket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Two hosts that each have offloads or none towards us, and the kernel as the judge: what a side without offloads is
 * given must have checksums that it verifies, what comes must be what was sent.
 */
class OffloadBridgeTest extends TwoHosts {
    private static final Set<TunOffload> ALL = TunOffload.ALL_SUPPORTED;
    private static final int MEGABYTES = 8;
    private static final int SEGMENT = 1200;
    private static final int DATAGRAMS = 40;

    private static Set<TunOffload> offloads(boolean on) {
        return on ? ALL : Set.of();
    }

    @ParameterizedTest
    @CsvSource({"true, true, 10.9.0.1, 10.9.0.2", "true, true, fd09::2, fd09::1",
            "true, false, 10.9.0.1, 10.9.0.2", "true, false, fd09::1, fd09::2",
            "true, false, 10.9.0.2, 10.9.0.1", "true, false, fd09::2, fd09::1",
            "false, true, 10.9.0.1, 10.9.0.2", "false, true, fd09::2, fd09::1"})
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
    @CsvSource({"true, true", "true, false", "false, true"})
    void tcpAfterLoss(boolean leftHas, boolean rightHas) throws Exception {
        AtomicInteger data = new AtomicInteger();
        join(offloads(leftHas), offloads(rightHas),
                packet -> packet.readableBytes() < 1000 || data.incrementAndGet() % 50 != 0);
        transfer("10.9.0.1", "10.9.0.2", MEGABYTES);
        noChecksumWasWrong();
        String counters = left.exec("cat", "/proc/net/snmp");
        assertTrue(counter(counters, "Tcp", "RetransSegs") > 0, counters);
    }

    /** A mark on the way makes the sender answer with CWR, which only the first segment may keep. */
    @ParameterizedTest
    @CsvSource({"true, true, 10.9.0.1, 10.9.0.2", "true, false, fd09::1, fd09::2", "false, true, 10.9.0.1, 10.9.0.2"})
    void tcpWithCongestionMarks(boolean leftHas, boolean rightHas, String client, String server) throws Exception {
        for (Netns host : List.of(left, right)) {
            host.exec("sh", "-c", "echo 1 > /proc/sys/net/ipv4/tcp_ecn");
        }
        AtomicInteger marked = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        join(offloads(leftHas), offloads(rightHas), packet -> {
            if (packet.readableBytes() > 1000 && marked.get() < 20) {
                marked.addAndGet(mark(packet) ? 1 : 0);
            }
            int transport = packet.getUnsignedByte(0) >>> 4 == 6 ? 40 : 20;
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
    @CsvSource({"true, true, 10.9.0.1, 10.9.0.2", "true, true, fd09::1, fd09::2",
            "true, false, 10.9.0.1, 10.9.0.2", "true, false, fd09::1, fd09::2",
            "false, true, 10.9.0.1, 10.9.0.2", "false, true, fd09::1, fd09::2",
            "false, false, 10.9.0.1, 10.9.0.2"})
    void udpInSegments(boolean leftHas, boolean rightHas, String client, String server) throws Exception {
        join(offloads(leftHas), offloads(rightHas), OffloadBridgeTest::isPlainOrOwes);
        transfer(client, server, 0);   // a device that just came up drops what it is given for a moment
        boolean isIpv6 = client.contains("::");
        InetSocketAddress there = new InetSocketAddress(InetAddress.getByName(server), PORT);
        MessageDigest sent = MessageDigest.getInstance("SHA-256");
        MessageDigest received = MessageDigest.getInstance("SHA-256");
        try (DatagramChannel receiver = in(server, () -> DatagramChannel.open(isIpv6 ? StandardProtocolFamily.INET6
                : StandardProtocolFamily.INET))) {
            receiver.bind(there);
            Bootstrap bootstrap = new Bootstrap().group(group).handler(new ChannelInboundHandlerAdapter())
                    .channelFactory(() -> socket(client, isIpv6));
            EpollDatagramChannel sender = (EpollDatagramChannel) bootstrap
                    .bind(new InetSocketAddress(InetAddress.getByName(client), 0)).sync().channel();
            for (int i = 0; i < 10; i++) {
                byte[] payload = new byte[SEGMENT * (DATAGRAMS - 1) + 7];
                new Random(i).nextBytes(payload);
                sent.update(payload);
                ByteBuf content = Unpooled.directBuffer(payload.length).writeBytes(payload);
                sender.writeAndFlush(new SegmentedDatagramPacket(content, SEGMENT, there)).sync();
                List<Integer> lengths = new ArrayList<>();
                for (int datagram = 0; datagram < DATAGRAMS; datagram++) {
                    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
                    receiver.receive(buffer);
                    lengths.add(buffer.position());
                    received.update(buffer.flip());
                }
                assertEquals(7, lengths.get(DATAGRAMS - 1));
                assertTrue(lengths.subList(0, DATAGRAMS - 1).stream().allMatch(length -> length == SEGMENT));
            }
            sender.close().sync();
        }
        assertArrayEquals(sent.digest(), received.digest());
        noChecksumWasWrong();
        assertEquals(leftHas ? 10 : 0, onLeft.stats().packets(Term.SUPER_READ), onLeft.stats()::toString);
        assertEquals(leftHas ? 10 * DATAGRAMS : 0, onLeft.stats().packets(Term.SEGMENTS_READ));
        assertEquals(rightHas, onRight.stats().packets(Term.SUPER_SENT) > 0, onRight.stats()::toString);
        assertEquals(leftHas && !rightHas ? 10 * DATAGRAMS : 0, onRight.stats().packets(Term.SEGMENTS));
    }

    private EpollDatagramChannel socket(String address, boolean isIpv6) {
        try {
            return in(address, () -> new EpollDatagramChannel(isIpv6 ? SocketProtocolFamily.INET6
                    : SocketProtocolFamily.INET));
        } catch (Exception e) {
            throw new AssertionError(e);
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
