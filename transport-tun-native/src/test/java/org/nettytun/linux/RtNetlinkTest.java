package org.nettytun.linux;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;

import java.util.EnumSet;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What we tell the kernel, {@code ip} sees; what {@code ip} tells the kernel, we see. */
@NeedsDevices
class RtNetlinkTest {
    private final Netns netns = new Netns();
    private TunFd tun;
    private RtNetlink netlink;
    private int index;

    @BeforeEach
    void open() throws Exception {
        tun = netns.namespace().call(() -> TunFd.open("tun0", EnumSet.noneOf(TunFlag.class)));
        netlink = RtNetlink.open(netns.namespace());
        index = netlink.link("tun0").index();
    }

    @AfterEach
    void close() {
        netlink.close();
        netlink.close();
        tun.close();
        netns.close();
    }

    @Test
    void links() throws Exception {
        assertEquals(List.of("lo", "tun0"), netlink.links().stream().map(Link::name).toList());
        Link fresh = netlink.link(index);
        assertEquals("tun", fresh.kind());
        assertEquals(1500, fresh.mtu());
        assertEquals(500, fresh.txQueueLength());
        assertFalse(fresh.up());

        netlink.setMtu(index, 9000);
        netlink.setTxQueueLength(index, 77);
        netlink.setUp(index, true);
        String shown = netns.ip("link", "show", "tun0");
        assertTrue(shown.contains("mtu 9000") && shown.contains("qlen 77") && shown.contains("UP"), shown);
        Link changed = netlink.link("tun0");
        assertTrue(changed.up() && changed.running());
        assertEquals(9000, changed.mtu());
        assertEquals(77, changed.txQueueLength());

        netlink.setUp(index, false);
        assertFalse(netlink.link(index).up());
        netlink.rename(index, "other");
        assertEquals("other", netlink.link(index).name());
        assertTrue(netns.ip("link").contains("other:"));
    }

    @Test
    void statisticsTellWhatTheKernelDropped() throws Exception {
        netlink.setTxQueueLength(index, 2);
        netlink.setUp(index, true);
        netns.ip("addr", "add", "10.7.0.1/24", "dev", "tun0");
        for (int i = 0; i < 5; i++) {
            netns.exec("bash", "-c", "echo -n hello > /dev/udp/10.7.0.2/9"); // nobody reads
        }
        LinkStatistics statistics = netlink.link(index).statistics();
        assertTrue(statistics.txDropped() >= 3, statistics::toString);
        assertEquals(0, statistics.rxPackets() + statistics.rxErrors() + statistics.rxFrameErrors());
    }

    @Test
    void deletedLinksAreGone() throws Exception {
        netlink.deleteLink(index);
        ErrnoException gone = assertThrows(ErrnoException.class, () -> netlink.link("tun0"));
        assertEquals(Errno.ENODEV, gone.errno());
        assertTrue(gone.getMessage().startsWith("RTM_GETLINK on tun0: ENODEV (No such device)"), gone::getMessage);
        assertFalse(TunFd.isTun(tun.fd()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.7.0.1/24", "10.9.9.9/32", "fd07::1/64", "fd09::1/128"})
    void addresses(String text) throws Exception {
        IpPrefix prefix = IpPrefix.parse(text);
        netlink.addAddress(index, prefix);
        assertTrue(netns.ip("addr", "show", "tun0").contains(text));
        assertEquals(List.of(new LinkAddress(index, prefix)), netlink.addresses(index));
        assertEquals(Errno.EEXIST, assertThrows(ErrnoException.class,
                () -> netlink.addAddress(index, prefix)).errno());
        netlink.removeAddress(index, prefix);
        assertEquals(List.of(), netlink.addresses(index));
        assertEquals(Errno.EADDRNOTAVAIL, assertThrows(ErrnoException.class,
                () -> netlink.removeAddress(index, prefix)).errno());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "10.8.0.0/16", "10.8.0.0/16 metric 50", "10.8.0.0/16 table 1000", "10.8.0.0/16 via 10.7.0.9",
        "10.8.0.0/16 via 192.0.2.1 onlink", "default via 10.7.0.2 metric 7 table 20", "default",
        "unreachable 10.9.0.0/16", "blackhole 10.9.0.0/16 metric 3", "prohibit 10.9.0.0/16 table 300",
        "fd08::/32", "fd08::/32 metric 50 table 1000", "fd08::/32 via fd07::9", "::/0", "unreachable fd09::/32",
        "blackhole fd09::/32", "prohibit fd09::/32 table 300"})
    void routes(String words) throws Exception {
        netlink.setUp(index, true);
        netlink.addAddress(index, IpPrefix.parse("10.7.0.1/24"));
        netlink.addAddress(index, IpPrefix.parse("fd07::1/64"));
        Route route = Route.parse(words).withLink(index);
        long before = netlink.routes().size();

        netlink.addRoute(route);
        List<Route> present = netlink.routes();
        assertEquals(before + 1, present.size());
        assertEquals(1, present.stream().filter(route::sameAs).count(), present::toString);
        assertEquals(Errno.EEXIST, assertThrows(ErrnoException.class, () -> netlink.addRoute(route)).errno());
        netlink.replaceRoute(route);
        assertEquals(before + 1, netlink.routes().size());
        netlink.removeRoute(route);
        assertEquals(before, netlink.routes().size());
        assertEquals(Errno.ESRCH, assertThrows(ErrnoException.class, () -> netlink.removeRoute(route)).errno());
    }

    @Test
    void ipSeesOurRoutes() throws Exception {
        netlink.setUp(index, true);
        netlink.addAddress(index, IpPrefix.parse("10.7.0.1/24"));
        netlink.addRoute(Route.parse("10.8.0.0/16 via 192.0.2.1 metric 9 onlink").withLink(index));
        netlink.addRoute(Route.parse("prohibit 10.9.0.0/16 table 1000"));
        String main = netns.ip("route");
        assertTrue(main.contains("10.8.0.0/16 via 192.0.2.1 dev tun0 proto static metric 9 onlink"), main);
        String other = netns.ip("route", "show", "table", "1000");
        assertTrue(other.contains("prohibit 10.9.0.0/16"), other);
    }

    @Test
    void aLongListIsWhole() throws Exception {
        netlink.setUp(index, true);
        for (int i = 0; i < 1000; i++) {
            netlink.addRoute(Route.to(IpPrefix.parse("10." + i / 250 + "." + i % 250 + ".0/24"), index));
        }
        assertEquals(1000, netlink.routes().stream().filter(route -> route.linkIndex() == index
                && route.destination().length() == 24).distinct().count());
    }

    @Test
    void multipathIsOneRouteForEachHop() throws Exception {
        netlink.setUp(index, true);
        netlink.addAddress(index, IpPrefix.parse("10.7.0.1/24"));
        netns.ip("route", "add", "10.8.0.0/16", "nexthop", "via", "10.7.0.2", "nexthop", "via", "10.7.0.3");
        assertEquals(2, netlink.routes().stream().filter(route -> route.destination().toString().equals("10.8.0.0/16")
                && route.linkIndex() == index && route.gateway() != null).count());
    }

    @Test
    void rules() throws Exception {
        Rule v4 = Rule.table(1000, 100, true).mark(7).from(IpPrefix.parse("10.1.0.0/16"))
                .to(IpPrefix.parse("10.2.0.0/16"));
        Rule v6 = Rule.table(20, 101, false).to(IpPrefix.parse("fd02::/64"));
        for (Rule rule : List.of(v4, v6)) {
            netlink.addRule(rule);
            assertTrue(netlink.rules().contains(rule), () -> rule + " is not in the list");
            assertEquals(Errno.EEXIST, assertThrows(ErrnoException.class, () -> netlink.addRule(rule)).errno());
        }
        String shown = netns.ip("rule");
        assertTrue(shown.contains("100:\tfrom 10.1.0.0/16 to 10.2.0.0/16 fwmark 0x7 lookup 1000"), shown);
        netlink.removeRule(v4);
        netlink.removeRule(v6);
        assertFalse(netlink.rules().contains(v4) || netlink.rules().contains(v6));
        assertEquals(Errno.ENOENT, assertThrows(ErrnoException.class, () -> netlink.removeRule(v4)).errno());
    }

    @Test
    void theKernelsOwnWordsAreInTheSentence() {
        ErrnoException tooSmall = assertThrows(ErrnoException.class, () -> netlink.setMtu(index, 20));
        assertEquals(Errno.EINVAL, tooSmall.errno());
        assertTrue(tooSmall.getMessage().endsWith("mtu less than device minimum"), tooSmall::getMessage);
    }

    @Test
    void afterCloseACallIsASentence() {
        netlink.close();
        assertEquals(Errno.EBADF, assertThrows(ErrnoException.class, netlink::links).errno());
    }
}
