package org.nettytun.examples.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.packet.IpProtocol;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nettytun.examples.router.TestPackets.icmp;
import static org.nettytun.examples.router.TestPackets.icmp4;
import static org.nettytun.examples.router.TestPackets.icmp6;
import static org.nettytun.examples.router.TestPackets.ip4;
import static org.nettytun.examples.router.TestPackets.ip6;
import static org.nettytun.examples.router.TestPackets.ttl;
import static org.nettytun.examples.router.TestPackets.v4;
import static org.nettytun.examples.router.TestPackets.v6;

/** When the router tells a sender, what, and when it must not. */
class IcmpErrorsTest {
    private PairRouter net;

    IcmpErrorsTest() throws Exception {
        net = new PairRouter(0);
    }

    @AfterEach
    void close() {
        net.close();
    }

    @Test
    void theHopsRanOut() throws Exception {
        for (int hops = 0; hops < 2; hops++) {
            assertError4(ttl(v4("10.1.0.1", "10.2.0.1", 100), hops), IcmpHeader.TIME_EXCEEDED_V4, 0, 0);
            assertError6(ttl(v6("fd01::1", "fd02::1", 100), hops), IcmpHeader.TIME_EXCEEDED_V6, 0, 0);
        }
        net.assertDropped(TunDropReason.TTL_EXPIRED, 4);
        net.send(0, ttl(v4("10.1.0.1", "10.2.0.1", 100), 2));
        assertEquals(1, ip4(net.receive(1)).timeToLive());
    }

    @Test
    void thereIsNoRouteAlsoWithTheLastHop() throws Exception {
        assertError4(ttl(v4("10.1.0.1", "10.3.0.1", 100), 1), IcmpHeader.UNREACHABLE_V4, 0, 0);
        assertError6(ttl(v6("fd01::1", "fd03::1", 100), 1), IcmpHeader.UNREACHABLE_V6, 0, 0);
        net.assertDropped(KernelDropReason.IP_INNOROUTES, 2);
    }

    @Test
    void itWouldGoBackWhereItCameFrom() throws Exception {
        assertError4(v4("10.1.0.1", "10.1.0.9", 100), IcmpHeader.UNREACHABLE_V4, 1, 0);
        assertError6(v6("fd01::1", "fd01::9", 100), IcmpHeader.UNREACHABLE_V6, 3, 0);
        net.assertDropped(TunDropReason.ROUTE_UNREACHABLE, 2);
    }

    @Test
    void itIsTooBig() throws Exception {
        assertError4(v4("10.1.0.1", "10.2.0.1", 1401), IcmpHeader.UNREACHABLE_V4, 4, 1400);
        assertError6(v6("fd01::1", "fd02::1", 1401), IcmpHeader.TOO_BIG_V6, 0, 1400);
        net.assertDropped(KernelDropReason.PKT_TOO_BIG, 2);
    }

    @Test
    void withoutDfItIsTooBigInSilence() {
        ByteBuf packet = v4("10.1.0.1", "10.2.0.1", 1401);
        ip4(packet).fragment(false, false, 0).updateChecksum();
        net.send(0, packet);
        net.assertDropped(KernelDropReason.PKT_TOO_BIG);
    }

    @Test
    void neverAboutAnErrorOrALaterFragment() {
        net.send(0, icmp4("10.1.0.1", "10.3.0.1", IcmpHeader.TIME_EXCEEDED_V4, 60));
        net.send(0, icmp4("10.1.0.1", "10.3.0.1", IcmpHeader.REDIRECT_V4, 60));
        net.send(0, icmp4("10.1.0.1", "10.3.0.1", 200, 60));
        ByteBuf later = v4("10.1.0.1", "10.3.0.1", 60);
        ip4(later).fragment(false, true, 1480).updateChecksum();
        net.send(0, later);
        net.send(0, icmp6("fd01::1", "fd03::1", IcmpHeader.TOO_BIG_V6, 80));
        net.send(0, icmp6("fd01::1", "fd03::1", IcmpHeader.REDIRECT_V6, 80));
        net.send(0, v6("fd01::1", "fd03::1", IpProtocol.FRAGMENT, 80).setShort(42, 8));
        net.send(0, v4("240.0.0.1", "10.3.0.1", 60));
        net.send(0, v4("10.77.0.1", "10.3.0.1", 60));   // no way back
        net.send(0, v4("10.1.0.255", "10.3.0.1", 60));   // not a single host
        net.assertDropped(KernelDropReason.IP_INNOROUTES, 10);
        assertEquals(0, net.router().icmpSent().sum());
    }

    @Test
    void aboutAPingAndAFirstFragment() throws Exception {
        assertError4(icmp4("10.1.0.1", "10.3.0.1", IcmpHeader.ECHO_V4, 60), IcmpHeader.UNREACHABLE_V4, 0, 0);
        assertError6(icmp6("fd01::1", "fd03::1", IcmpHeader.ECHO_V6, 80), IcmpHeader.UNREACHABLE_V6, 0, 0);
        ByteBuf first = v4("10.1.0.1", "10.3.0.1", 60);
        ip4(first).fragment(false, true, 0).updateChecksum();
        assertError4(first, IcmpHeader.UNREACHABLE_V4, 0, 0);
    }

    @Test
    void noMoreThanTheLimitAllows() throws Exception {
        net.close();
        net = new PairRouter(5);
        for (int i = 0; i < 100; i++) {
            net.send(0, ttl(v4("10.1.0.1", "10.2.0.1", 100), 1));
        }
        net.assertDropped(TunDropReason.TTL_EXPIRED, 100);
        long sent = net.router().icmpSent().sum();
        assertTrue(sent >= 5 && sent < 50, "sent " + sent);
        assertEquals(100, sent + net.router().icmpSuppressed().sum());
        net.send(1, ttl(v4("10.2.0.1", "10.1.0.1", 100), 1));
        Eventually.await(() -> net.router().icmpSent().sum() > sent,
                () -> "the other interface has a limit of its own");
    }

    /** The error comes back to 10.1.0.1 and quotes the packet as it was sent. */
    private void assertError4(ByteBuf about, int type, int code, int mtu) throws Exception {
        ByteBuf copy = Unpooled.copiedBuffer(about);
        net.send(0, about);
        ByteBuf error = net.receive(0);
        int quoted = Math.min(copy.readableBytes(), 576 - 28);
        assertEquals(28 + quoted, error.readableBytes());
        assertEquals(DropReason.NONE, ip4(error).check(error.readableBytes()));
        assertEquals(TestPackets.bits("10.1.0.254"), ip4(error).source());
        assertEquals(ip4(copy).source(), ip4(error).destination());
        assertEquals(64, ip4(error).timeToLive());
        assertEquals(0xc0, ip4(error).typeOfService());
        assertIcmp(icmp(error, 20), type, code, mtu);
        assertTrue(icmp(error, 20).checksumValid(8 + quoted));
        assertEquals(copy.slice(0, quoted), error.slice(28, quoted));
    }

    private void assertError6(ByteBuf about, int type, int code, int mtu) throws Exception {
        ByteBuf copy = Unpooled.copiedBuffer(about);
        net.send(0, about);
        ByteBuf error = net.receive(0);
        int quoted = Math.min(copy.readableBytes(), 1280 - 48);
        assertEquals(48 + quoted, error.readableBytes());
        assertEquals(DropReason.NONE, ip6(error).check(error.readableBytes()));
        assertEquals(0xfd01L << 48, ip6(error).sourceHigh());
        assertEquals(0xfe, ip6(error).sourceLow());
        assertEquals(1, ip6(error).destinationLow());
        assertIcmp(icmp(error, 40), type, code, mtu);
        assertTrue(icmp(error, 40).checksumValid(ip6(error), 8 + quoted));
        assertEquals(copy.slice(0, quoted), error.slice(48, quoted));
    }

    private static void assertIcmp(IcmpHeader icmp, int type, int code, int mtu) {
        assertEquals(type, icmp.type());
        assertEquals(code, icmp.code());
        assertEquals(mtu, icmp.mtu());
    }
}
