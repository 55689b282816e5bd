package org.nettytun.linux;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Messages that end too early, or lie. */
class RtMessagesTest {
    private static NetlinkReply reply(NetlinkMessage message) {
        return NetlinkReply.split(Bytes.of(message.finish(1))).get(0);
    }

    /** A message cut at every length is understood as a shorter one, or refused; never read past its end. */
    @Test
    void aMessageMayEndAnywhere() {
        List<NetlinkMessage> whole = List.of(
                LinkMessages.link(RtMessages.NEWLINK, 0, 3, 1, 1).attribute(LinkMessages.IFLA_IFNAME, "tun0")
                        .attribute(LinkMessages.IFLA_MTU, 1500),
                LinkMessages.address(RtMessages.NEWADDR, 0, 3, IpPrefix.parse("fd07::1/64")),
                RouteMessages.route(RtMessages.NEWROUTE, 0,
                        Route.parse("10.8.0.0/16 via 10.7.0.2 metric 5 table 1000")),
                RuleMessages.rule(RtMessages.NEWRULE, 0, Rule.table(100, 7, true).mark(1)));
        int refused = 0;
        for (NetlinkMessage message : whole) {
            NetlinkReply reply = reply(message);
            read(reply);
            for (int length = 0; length < reply.body().limit(); length++) {
                ByteBuffer cut = reply.body().slice(0, length).order(reply.body().order());
                try {
                    read(new NetlinkReply(reply.type(), 0, 1, cut));
                } catch (NetlinkFormatException e) {
                    refused++;
                }
            }
        }
        assertTrue(refused > 100, "refused=" + refused);
    }

    private static void read(NetlinkReply reply) {
        RtMessages.changes(reply);
        if (reply.type() == RtMessages.NEWRULE) {
            RuleMessages.rule(reply);
        }
    }

    /** Whatever the bytes are, they are understood or refused: nothing is read outside of them. */
    @Test
    void randomlyChangedMessagesAreReadWithoutHarm() {
        byte[] good = LinkMessages.link(RtMessages.NEWLINK, NetlinkMessage.ACK, 3, 1, 1)
                .attribute(LinkMessages.IFLA_IFNAME, "tun0").attribute(LinkMessages.IFLA_MTU, 1500).finish(1);
        Random random = new Random(42);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                for (NetlinkReply reply : NetlinkReply.split(Bytes.of(bad).limit(random.nextInt(bad.length + 1)))) {
                    RtMessages.changes(reply);
                    reply.words();
                    read++;
                }
            } catch (NetlinkFormatException e) {
                refused++;
            }
        }
        assertTrue(read > 100 && refused > 100, "read=" + read + ", refused=" + refused);
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Route route = Route.parse("10.8.0.0/16 via fd07::2 metric 5 table 70000 onlink").withLink(3);
        assertEquals(List.of(new NetworkChange.RouteAdded(route)),
                RtMessages.changes(reply(RouteMessages.route(RtMessages.NEWROUTE, 0, route))));
        Rule rule = Rule.table(70000, 7, false).mark(3, 7).to(IpPrefix.parse("fd09::/48"));
        assertEquals(rule, RuleMessages.rule(reply(RuleMessages.rule(RtMessages.NEWRULE, 0, rule))));
    }

    @Test
    void aBridgesTalkOfItsPortsIsNotALink() {
        NetlinkMessage port = new NetlinkMessage(RtMessages.DELLINK, 0).u8(7).u8(0).u16(0).u32(3).u32(0).u32(0);
        assertEquals(List.of(), RtMessages.changes(reply(port)));
    }

    @Test
    void lengthsThatLieAreRefused() {
        NetlinkReply address = reply(LinkMessages.address(RtMessages.NEWADDR, 0, 3, IpPrefix.parse("10.7.0.1/24")));
        address.body().put(1, (byte) 33);   // a prefix of 33 bits
        assertThrows(NetlinkFormatException.class, () -> LinkMessages.address(address));
        NetlinkReply link = reply(LinkMessages.link(RtMessages.NEWLINK, 0, 3, 0, 0)
                .attribute(LinkMessages.IFLA_MTU, new byte[3]));
        assertThrows(NetlinkFormatException.class, () -> LinkMessages.link(link));
    }
}
