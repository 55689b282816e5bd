package org.nettytun.examples.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nettytun.examples.router.TestPackets.icmp4;
import static org.nettytun.examples.router.TestPackets.icmp6;
import static org.nettytun.examples.router.TestPackets.ip4;
import static org.nettytun.examples.router.TestPackets.ip6;
import static org.nettytun.examples.router.TestPackets.v4;
import static org.nettytun.examples.router.TestPackets.v6;

/** What the router sends on, what it answers itself, and what it lets go without a word. */
class ForwardingTest {
    private final PairRouter net;

    ForwardingTest() throws Exception {
        net = new PairRouter(0);
    }

    @AfterEach
    void close() {
        net.close();
    }

    @Test
    void ipv4LosesOneHopAndNothingElse() throws Exception {
        ByteBuf sent = v4("10.1.0.1", "10.2.0.1", 1400);
        ByteBuf expected = Unpooled.copiedBuffer(sent);
        ip4(expected).timeToLive(63).updateChecksum();
        net.send(0, sent);
        assertEquals(expected, net.receive(1));
    }

    @Test
    void ipv6LosesOneHopAndNothingElse() throws Exception {
        ByteBuf sent = v6("fd01::1", "fd02::1", 1400);
        ByteBuf expected = Unpooled.copiedBuffer(sent);
        ip6(expected).hopLimit(63);
        net.send(0, sent);
        assertEquals(expected, net.receive(1));
    }

    @Test
    void staticRoutesAndBothDirections() throws Exception {
        net.send(0, v4("10.1.0.1", "10.9.200.3", 60));
        assertEquals(60, net.receive(1).readableBytes());
        net.send(1, v4("10.9.200.3", "10.1.0.1", 61));
        assertEquals(61, net.receive(0).readableBytes());
    }

    @Test
    void whatHangsOnBehindIsCutOff() throws Exception {
        net.send(0, Unpooled.wrappedBuffer(v4("10.1.0.1", "10.2.0.1", 60), Unpooled.wrappedBuffer(new byte[9])));
        assertEquals(60, net.receive(1).readableBytes());
        net.send(0, Unpooled.wrappedBuffer(v6("fd01::1", "fd02::1", 60), Unpooled.wrappedBuffer(new byte[9])));
        assertEquals(60, net.receive(1).readableBytes());
    }

    @Test
    void pingsOfItsOwnAddressesAreAnswered() throws Exception {
        for (String own : new String[] {"10.1.0.254", "10.2.0.254"}) {
            net.send(0, TestPackets.ttl(icmp4("10.1.0.1", own, IcmpHeader.ECHO_V4, 84), 1));
            ByteBuf reply = net.receive(0);
            assertEquals(DropReason.NONE, ip4(reply).check(reply.readableBytes()));
            assertEquals(TestPackets.bits(own), ip4(reply).source());
            assertEquals(IcmpHeader.ECHO_REPLY_V4, TestPackets.icmp(reply, 20).type());
            assertTrue(TestPackets.icmp(reply, 20).checksumValid(64));
        }
        for (String own : new String[] {"fd01::fe", "fd02::fe"}) {
            net.send(0, TestPackets.ttl(icmp6("fd01::1", own, IcmpHeader.ECHO_V6, 104), 1));
            ByteBuf reply = net.receive(0);
            assertEquals(IcmpHeader.ECHO_REPLY_V6, TestPackets.icmp(reply, 40).type());
            assertTrue(TestPackets.icmp(reply, 40).checksumValid(ip6(reply), 64));
        }
    }

    @Test
    void toItselfThereIsNothingButPing() {
        net.send(0, v4("10.1.0.1", "10.1.0.254", 60));
        net.assertDropped(KernelDropReason.IP_NOPROTO);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 10.2.0.1, IP_INVALID_SOURCE",
        "0.1.2.3, 10.2.0.1, IP_INVALID_SOURCE",
        "224.0.0.1, 10.2.0.1, IP_INVALID_SOURCE",
        "255.255.255.255, 10.2.0.1, IP_INVALID_SOURCE",
        "127.0.0.1, 10.2.0.1, IP_LOCALNET",
        "10.1.0.1, 127.0.0.1, IP_LOCALNET",
        "10.1.0.1, 0.0.0.0, IP_INVALID_DEST",
        "10.1.0.1, 224.0.0.5, IP_INVALID_DEST",
        "10.1.0.1, 255.255.255.255, IP_INVALID_DEST",
        "10.1.0.1, 169.254.7.7, IP_INVALID_DEST",
        "10.1.0.1, 10.2.0.255, IP_INVALID_DEST",
        "ff02::1, fd02::1, IP_INVALID_SOURCE",
        "::1, fd02::1, IP_INVALID_SOURCE",
        "::, fd02::1, IP_INVALID_SOURCE",
        "fe80::1, fd02::1, IP_INVALID_SOURCE",
        "fd01::1, ::1, IP_LOCALNET",
        "fd01::1, ::, IP_INVALID_DEST",
        "fd01::1, ff02::2, IP_INVALID_DEST",
        "fd01::1, fe80::2, IP_INVALID_DEST",
    })
    void martiansEndInSilence(String source, String destination, KernelDropReason reason) {
        net.send(0, source.indexOf(':') < 0 ? v4(source, destination, 60) : v6(source, destination, 60));
        net.assertDropped(reason);
        assertEquals(0, net.router().icmpSent().sum());
    }

    @Test
    void malformedHeadersEndInSilence() {
        net.send(0, v4("10.1.0.1", "10.2.0.1", 60).setByte(10, 0));
        net.assertDropped(KernelDropReason.IP_CSUM);
        net.send(0, v4("10.1.0.1", "10.2.0.1", 60).setByte(0, 0x44));
        net.assertDropped(KernelDropReason.IP_INHDR);
        net.send(0, v4("10.1.0.1", "10.2.0.1", 60).setByte(0, 0x75));
        net.assertDropped(KernelDropReason.INVALID_PROTO);
        net.send(0, v4("10.1.0.1", "10.2.0.1", 60).writerIndex(19));
        net.send(0, v4("10.1.0.1", "10.2.0.1", 60).writerIndex(59));
        net.send(0, v6("fd01::1", "fd02::1", 60).writerIndex(59));
        net.assertDropped(KernelDropReason.PKT_TOO_SMALL, 3);
    }

    /** Nobody reads at the far end: what waits stays bounded, the rest is dropped, and it goes on afterwards. */
    @Test
    void aFullQueueDropsAndRecovers() throws Exception {
        net.end(1).config().setAutoRead(false);
        int packets = 4000;
        for (int i = 0; i < packets; i++) {
            net.send(0, v4("10.1.0.1", "10.2.0.1", 1400));
        }
        Eventually.await(() -> net.router().channels().get(0).stats().packets(Direction.INBOUND) == packets,
                () -> "the router still reads");
        long dropped = net.router().channels().get(0).stats().dropped(Direction.INBOUND, KernelDropReason.QDISC_DROP);
        assertTrue(dropped > 1000, "dropped " + dropped);
        net.end(1).config().setAutoRead(true);
        for (long i = dropped; i < packets; i++) {
            net.receive(1);
        }
        net.send(0, v4("10.1.0.1", "10.2.0.1", 77));
        assertEquals(77, net.receive(1).readableBytes());
    }
}
