package org.nettytun.examples.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nettytun.examples.router.TestPackets.icmp4;
import static org.nettytun.examples.router.TestPackets.icmp6;
import static org.nettytun.examples.router.TestPackets.ip4;
import static org.nettytun.examples.router.TestPackets.ip6;
import static org.nettytun.examples.router.TestPackets.v4;
import static org.nettytun.examples.router.TestPackets.v6;

/** A router on channels, from one end of its links to the other. */
class RouterTest {
    private final PairRouter net;

    RouterTest() throws Exception {
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
    void aPingLongerThanAPacketIsAnsweredInFragments() throws Exception {
        ByteBuf whole = icmp4("10.1.0.1", "10.1.0.254", IcmpHeader.ECHO_V4, 3020);
        for (int from = 0; from < 3000; from += 1480) {
            int length = Math.min(1480, 3000 - from);
            ByteBuf piece = Unpooled.directBuffer(20 + length).writeBytes(whole, 0, 20)
                    .writeBytes(whole, 20 + from, length);
            ip4(piece).lengths(20, 20 + length).fragment(false, from + length < 3000, from).updateChecksum();
            net.send(0, piece);
        }
        ByteBuf reply = Unpooled.buffer(3000);
        for (int i = 0; i < 3; i++) {
            ByteBuf piece = net.receive(0);
            assertEquals(1480 * i, ip4(piece).fragmentOffset());
            reply.writeBytes(piece, 20, piece.readableBytes() - 20);
        }
        assertEquals(3000, reply.readableBytes());
        assertEquals(IcmpHeader.ECHO_REPLY_V4, TestPackets.icmp(reply, 0).type());
        assertTrue(TestPackets.icmp(reply, 0).checksumValid(3000));
        assertEquals(whole.slice(24, 2996), reply.slice(4, 2996));
    }

    @Test
    void whatIsTooLongForTheWayOutIsFragmented() throws Exception {
        ByteBuf packet = v4("10.1.0.1", "10.2.0.1", 1500);
        ip4(packet).fragment(false, false, 0).updateChecksum();
        net.send(0, packet);
        assertEquals(1396, net.receive(1).readableBytes());
        assertEquals(124, net.receive(1).readableBytes());
    }

    @Test
    void aSenderIsTold() throws Exception {
        net.send(0, TestPackets.ttl(v4("10.1.0.1", "10.2.0.1", 100), 1));
        ByteBuf error = net.receive(0);
        assertEquals(IcmpHeader.TIME_EXCEEDED_V4, TestPackets.icmp(error, 20).type());
        assertEquals(TestPackets.bits("10.1.0.254"), ip4(error).source());
        net.assertDropped(TunDropReason.TTL_EXPIRED);
        assertEquals(1, net.router().icmpSent().sum());
    }

    @Test
    void martiansEndInSilence() {
        net.send(0, v4("127.0.0.1", "10.2.0.1", 60));
        net.assertDropped(KernelDropReason.IP_LOCALNET);
        assertEquals(0, net.router().icmpSent().sum());
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
        net.router().channels().get(0).eventLoop().submit(() -> { }).syncUninterruptibly();   // behind the last batch
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
