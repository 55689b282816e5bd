package org.nettytun.linux;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@NeedsDevices
class RtNetlinkRouteTest {
    private static final String KERNELS_OWN = "10.7.0.0/24|fd07::/64|ff00::/8|fe80::/64|::1/128";

    private Netns netns;
    private TunFd tun;
    private RtNetlink netlink;
    private int index;

    @BeforeEach
    void makeDevice() throws Exception {
        netns = Netns.quiet();
        tun = netns.namespace().call(() -> TunFd.open("tun0", Set.of()));
        netlink = RtNetlink.open(netns.namespace());
        index = netlink.link("tun0").index();
        netlink.addAddress(index, IpPrefix.parse("10.7.0.1/24"));
        netlink.addAddress(index, IpPrefix.parse("fd07::1/64"));
        netlink.setUp(index, true);
    }

    @AfterEach
    void deleteAll() {
        netlink.close();
        tun.close();
        netns.close();
    }

    /** What is left when the routes that the kernel makes of addresses are taken away. */
    private List<Route> added() throws ErrnoException {
        return netlink.routes().stream()
                .filter(route -> !route.destination().toString().matches(KERNELS_OWN))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "10.8.0.0/16",
        "10.8.0.0/16 via 10.7.0.2",
        "10.8.0.0/16 via 10.7.0.2 metric 5 table 100",
        "10.8.0.0/16 via 10.7.0.2 metric 5 table 70000",
        "10.8.0.0/16 table 4294967295 metric 4278198272",
        "10.8.0.1",
        "default via 10.7.0.2",
        "10.8.0.0/16 via 192.0.2.1 onlink",
        "10.8.0.0/16 via fd07::2",
        "unreachable 10.9.0.0/16",
        "blackhole 10.9.0.0/16 metric 9",
        "prohibit 10.9.0.0/16 table 300",
        "fd08::/48 metric 1024",
        "fd08::/48 via fd07::2 metric 7",
        "fd08::/48 via fd07::2 metric 7 table 70000",
        "::/0 via fd07::2 metric 1024",
        "fd08::/48 via fd99::2 metric 3 onlink",
        "unreachable fd09::/48 metric 1024",
        "blackhole fd09::/48 metric 9",
        "prohibit fd09::/48 metric 9 table 300",
    })
    void addsListsAndRemoves(String text) throws Exception {
        Route route = Route.parse(text).withLink(index);
        netlink.addRoute(route);

        assertEquals(List.of(route), added());
        assertTrue(added().get(0).sameAs(route));
        ErrnoException twice = assertThrows(ErrnoException.class, () -> netlink.addRoute(route));
        assertEquals(Errno.EEXIST, twice.errno());
        assertTrue(twice.getMessage().startsWith("RTM_NEWROUTE on " + route + ": EEXIST"), twice.getMessage());

        netlink.removeRoute(route);
        assertEquals(List.of(), added());
        assertEquals(Errno.ESRCH, assertThrows(ErrnoException.class, () -> netlink.removeRoute(route)).errno());
    }

    @Test
    void theKernelsDefaultMetricOfIpv6IsTheSameRoute() throws Exception {
        Route route = Route.parse("fd08::/48").withLink(index);
        netlink.addRoute(route);

        assertEquals(List.of(route.withMetric(1024)), added());
        assertTrue(route.sameAs(added().get(0)));
        netlink.removeRoute(route);
        assertEquals(List.of(), added());
    }

    @Test
    void replacesWhatIsThere() throws Exception {
        netlink.addRoute(Route.parse("10.8.0.0/16 via 10.7.0.2").withLink(index));
        Route other = Route.parse("10.8.0.0/16 via 10.7.0.3").withLink(index);
        netlink.replaceRoute(other);
        assertEquals(List.of(other), added());
        netlink.replaceRoute(Route.parse("unreachable fd08::/48 metric 4"));   // nothing there yet: adds
        assertEquals(2, added().size());
    }

    @Test
    void ipShowsTheSame() throws Exception {
        netlink.addRoute(Route.parse("10.8.0.0/16 via 192.0.2.1 onlink metric 5 table 70000").withLink(index));
        netlink.addRoute(Route.parse("prohibit fd09::/48 metric 9"));

        assertEquals("10.8.0.0/16 via 192.0.2.1 dev tun0 proto static metric 5 onlink",
                netns.exec("ip", "route", "show", "table", "70000").trim());
        String v6 = netns.exec("ip", "-6", "route", "show", "type", "prohibit");
        assertTrue(v6.startsWith("prohibit fd09::/48 dev lo proto static metric 9"), v6);
    }

    @Test
    void oneWithSeveralNextHopsIsListedHopByHop() throws Exception {
        netns.exec("ip", "route", "add", "10.8.0.0/16", "nexthop", "via", "10.7.0.2", "nexthop", "via", "10.7.0.3");

        assertEquals(List.of(Route.parse("10.8.0.0/16 via 10.7.0.2").withLink(index),
                Route.parse("10.8.0.0/16 via 10.7.0.3").withLink(index)), added());
    }

    @Test
    void anUnreachableGatewayIsRefusedInTheKernelsWords() {
        ErrnoException e = assertThrows(ErrnoException.class, () ->
                netlink.addRoute(Route.parse("10.8.0.0/16 via 192.0.2.1").withLink(index)));

        assertEquals(Errno.ENETUNREACH, e.errno());
        assertTrue(e.getMessage().contains("the kernel says: Nexthop has invalid gateway"), e.getMessage());
        assertTrue(e.getMessage().contains("say onlink"), e.getMessage());
    }

    @Test
    void aLinkThatIsDownIsRefused() throws Exception {
        netlink.setUp(index, false);
        ErrnoException e = assertThrows(ErrnoException.class, () ->
                netlink.addRoute(Route.parse("10.8.0.0/16").withLink(index)));

        assertEquals(Errno.ENETDOWN, e.errno());
    }

    /** More than one datagram of the dump can hold. */
    @Test
    void listsTwoThousandRoutesWhole() throws Exception {
        Set<Route> expected = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            Route v4 = Route.parse("10." + (100 + i / 256) + '.' + i % 256 + ".0/24 via 10.7.0.2 table 500");
            Route v6 = Route.parse("fd08:" + Integer.toHexString(i) + "::/64 via fd07::2 metric 2");
            for (Route route : List.of(v4.withLink(index), v6.withLink(index))) {
                netlink.addRoute(route);
                expected.add(route);
            }
        }
        assertEquals(expected, new HashSet<>(added()));
        assertEquals(expected.size(), added().size());
    }

    @Test
    void rulesOfBothFamilies() throws Exception {
        Set<Rule> before = Set.copyOf(netlink.rules());
        assertEquals(Set.of(Rule.table(255, 0, true), Rule.table(254, 32766, true), Rule.table(253, 32767, true),
                Rule.table(255, 0, false), Rule.table(254, 32766, false)), before);
        List<Rule> rules = List.of(
                Rule.table(70000, 100, true).mark(0x1234, 0xff00).from(IpPrefix.parse("10.7.0.0/24")),
                Rule.table(100, 101, true).mark(7),
                Rule.table(100, 102, true).to(IpPrefix.parse("10.9.0.0/16")),
                Rule.table(100, 103, false).mark(0x80000000, 0x80000000).to(IpPrefix.parse("fd09::/48")),
                Rule.table(100, 104, false).from(IpPrefix.parse("fd07::1")));
        for (Rule rule : rules) {
            netlink.addRule(rule);
            assertEquals(Errno.EEXIST, assertThrows(ErrnoException.class, () -> netlink.addRule(rule)).errno());
        }
        Set<Rule> all = new HashSet<>(before);
        all.addAll(rules);
        assertEquals(all, Set.copyOf(netlink.rules()));
        String shown = netns.exec("ip", "rule", "show", "priority", "100");
        assertEquals("100: from 10.7.0.0/24 fwmark 0x1234/0xff00 lookup 70000", shown.trim().replaceAll("\\s+", " "));

        for (Rule rule : rules) {
            netlink.removeRule(rule);
        }
        assertEquals(before, Set.copyOf(netlink.rules()));
        ErrnoException e = assertThrows(ErrnoException.class, () -> netlink.removeRule(rules.get(0)));
        assertEquals(Errno.ENOENT, e.errno());
    }

    @Test
    void aRuleThatWeCannotTellWholeIsNotTold() throws Exception {
        int before = netlink.rules().size();
        netns.exec("ip", "rule", "add", "iif", "lo", "table", "100");
        netns.exec("ip", "rule", "add", "not", "fwmark", "1", "table", "100");
        netns.exec("ip", "rule", "add", "from", "10.0.0.0/8", "unreachable");
        netns.exec("ip", "rule", "add", "table", "100", "suppress_prefixlength", "0");
        assertEquals(before, netlink.rules().size());
        netlink.addRule(Rule.table(100, 0, true).mark(9));   // a priority of the kernel's choice
        assertEquals(before + 1, netlink.rules().size());
    }
}
