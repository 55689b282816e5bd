package org.nettytun.linux;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Prefixes and routes as text, and netlink messages that are not what they say. */
class ValuesTest {
    @ParameterizedTest
    @CsvSource({"10.7.0.1/24,10.7.0.0/24", "10.7.0.1,10.7.0.1/32", "0.0.0.0/0,0.0.0.0/0", "10.255.0.0/9,10.128.0.0/9",
        "fd07::1/64,fd07:0:0:0:0:0:0:0/64", "::1,0:0:0:0:0:0:0:1/128", "::/0,0:0:0:0:0:0:0:0/0"})
    void networks(String text, String network) {
        assertEquals(network, IpPrefix.parse(text).network().toString());
    }

    @Test
    void contains() {
        IpPrefix net = IpPrefix.parse("10.7.0.0/23");
        assertTrue(net.contains(IpPrefix.parseAddress("10.7.1.255")));
        assertFalse(net.contains(IpPrefix.parseAddress("10.7.2.0")));
        assertFalse(net.contains(IpPrefix.parseAddress("fd07::1")));
        assertTrue(IpPrefix.parse("::/0").contains(IpPrefix.parseAddress("fd07::1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "example.org/24", "10.7.0.1/33", "10.7.0.1/-1", "10.7.0.1/", "10.7.0/24",
        "10.7.0.256/24", "fe80::1%lo/64", "::1/129", "1:2", "::ffff:10.0.0.1/104", "10.7.0.1/2x", "[::1]"})
    void whatIsNoPrefix(String text) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> IpPrefix.parse(text));
        String first = text.split("/")[0];
        assertTrue(refusal.getMessage().contains(first), refusal::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "via 10.0.0.1", "10.8.0.0/16 via", "10.8.0.0/16 via fd07::1", "10.8.0.0/16 metric x",
        "10.8.0.0/16 dev tun0", "10.8.0.0/16 table", "throw 10.8.0.0/16", "10.8.0.0/16 metric -1"})
    void whatIsNoRoute(String text) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> Route.parse(text));
        assertTrue(refusal.getMessage().length() > 20, refusal::getMessage);
    }

    @Test
    void aRoutesHostBitsAreCleared() {
        assertEquals("10.8.0.0/16", Route.parse("10.8.3.4/16 metric 5").destination().toString());
    }

    /** The kernel does not lie, but a parser that trusts lengths would read beyond its buffer. */
    @Test
    void mutatedMessagesAreReadWithoutHarm() {
        byte[] good = RtMessages.link(RtMessages.NEWLINK, NetlinkMessage.ACK, 3, 1, 1)
                .attribute(RtMessages.IFLA_IFNAME, "tun0").attribute(RtMessages.IFLA_MTU, 1500).finish(1);
        assertEquals("tun0", RtMessages.link(NetlinkReply.split(good, good.length).get(0)).name());
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            int length = random.nextInt(bad.length + 1);
            for (NetlinkReply reply : NetlinkReply.split(bad, length)) {
                NetlinkAttributes attributes = new NetlinkAttributes(reply.body(), 16);
                assertTrue(attributes.text(RtMessages.IFLA_IFNAME).length() <= bad.length);
                assertEquals(attributes.u32(RtMessages.IFLA_MTU), attributes.u32(RtMessages.IFLA_MTU));
                assertTrue(reply.words().length() <= bad.length);
            }
        }
    }
}
