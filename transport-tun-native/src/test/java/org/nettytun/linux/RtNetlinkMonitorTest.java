package org.nettytun.linux;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nettytun.linux.RtNetlinkMonitor.Topic;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.linux.fixture.TestIo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@NeedsDevices
class RtNetlinkMonitorTest {
    private Netns netns;
    private TunFd tun;
    private RtNetlink netlink;
    private int index;
    private RtNetlinkMonitor monitor;
    private final List<NetworkChange> told = new ArrayList<>();

    @BeforeEach
    void makeDevice() throws Exception {
        netns = Netns.quiet();
        tun = netns.namespace().call(() -> TunFd.open("tun0", Set.of()));
        netlink = RtNetlink.open(netns.namespace());
        index = netlink.link("tun0").index();
        monitor = RtNetlinkMonitor.open(netns.namespace(), EnumSet.allOf(Topic.class));
    }

    @AfterEach
    void deleteAll() {
        monitor.close();
        netlink.close();
        tun.close();
        netns.close();
    }

    private void poll() {
        try {
            monitor.poll(told::add);
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }

    private void await(Predicate<NetworkChange> wanted) {
        Eventually.await(Duration.ofSeconds(5), () -> {
            poll();
            return told.stream().anyMatch(wanted);
        }, () -> "told only " + told);
        told.clear();
    }

    private void awaitLink(Predicate<Link> wanted) {
        await(change -> change instanceof NetworkChange.LinkChanged c && c.link().index() == index
                && wanted.test(c.link()));
    }

    @Test
    void nothingToTellIsToldAtOnce() throws Exception {
        assertEquals(0, monitor.poll(told::add));
        assertEquals(LibC.O_NONBLOCK, TestIo.flags(monitor.fd(), LibC.F_GETFL) & LibC.O_NONBLOCK);
        assertEquals(LibC.FD_CLOEXEC, TestIo.flags(monitor.fd(), LibC.F_GETFD));
    }

    @Test
    void tellsOfALinksLife() throws Exception {
        netlink.setUp(index, true);
        awaitLink(Link::up);
        netlink.setMtu(index, 1400);
        awaitLink(link -> link.mtu() == 1400 && link.name().equals("tun0"));
        netlink.rename(index, "vpn");
        awaitLink(link -> link.name().equals("vpn") && link.kind().equals("tun"));
        netlink.setUp(index, false);
        awaitLink(link -> !link.up());
        tun.close();
        await(change -> change instanceof NetworkChange.LinkRemoved c && c.link().index() == index
                && c.link().name().equals("vpn"));
    }

    @Test
    void tellsOfAddressesAndRoutesOfBothFamilies() throws Exception {
        netlink.setUp(index, true);
        for (String text : new String[] {"10.7.0.1/24", "fd07::1/64"}) {
            LinkAddress address = new LinkAddress(index, IpPrefix.parse(text));
            netlink.addAddress(index, address.prefix());
            await(new NetworkChange.AddressAdded(address)::equals);
            netlink.removeAddress(index, address.prefix());
            await(new NetworkChange.AddressRemoved(address)::equals);
        }
        for (String text : new String[] {"10.8.0.0/16 metric 3 table 1000", "fd08::/48 metric 3",
            "unreachable 10.9.0.0/16", "prohibit fd09::/48 metric 4"}) {
            Route route = Route.parse(text).withLink(index);
            netlink.addRoute(route);
            await(new NetworkChange.RouteAdded(route)::equals);
            netlink.removeRoute(route);
            await(new NetworkChange.RouteRemoved(route)::equals);
        }
    }

    @Test
    void tellsOfNothingElseThanItsTopics() throws Exception {
        try (RtNetlinkMonitor addresses = RtNetlinkMonitor.open(netns.namespace(), Set.of(Topic.ADDRESS))) {
            netlink.setUp(index, true);
            netlink.setMtu(index, 1400);
            netlink.addAddress(index, IpPrefix.parse("10.7.0.1/24"));
            await(change -> change instanceof NetworkChange.AddressAdded);   // so it is told to the other one too
            List<NetworkChange> heard = new ArrayList<>();
            addresses.poll(heard::add);
            assertEquals(List.of(new NetworkChange.AddressAdded(
                    new LinkAddress(index, IpPrefix.parse("10.7.0.1/24")))), heard);
        }
    }

    @Test
    void tellsThatSomethingWasLostAndGoesOn() throws Exception {
        monitor.setReceiveBuffer(1);   // the kernel makes it 2304 bytes or so
        for (int i = 0; i < 200; i++) {
            netlink.setMtu(index, 1000 + i);
        }
        await(new NetworkChange.Overrun()::equals);
        Eventually.await(Duration.ofSeconds(5), () -> {
            told.clear();
            poll();
            return told.isEmpty();
        }, () -> "still told " + told);
        netlink.setMtu(index, 1500);
        awaitLink(link -> link.mtu() == 1500);
    }

    @Test
    void oneCallEndsHoweverMuchThereIs() throws Exception {
        monitor.setReceiveBuffer(4 << 20);
        for (int i = 0; i < 300; i++) {
            netlink.setMtu(index, 1000 + i);
        }
        int first = monitor.poll(told::add);
        assertTrue(first >= 64 && first < 300, "told at once: " + first);
        awaitLink(link -> link.mtu() == 1299);
    }

    /** A route of two next hops is one message and two changes. */
    @Test
    void aSinkThatThrowsCostsNoOtherChange() throws Exception {
        netlink.addAddress(index, IpPrefix.parse("10.7.0.1/24"));
        netlink.setUp(index, true);
        Eventually.await(Duration.ofSeconds(5), () -> {
            told.clear();
            poll();
            return told.isEmpty();
        }, () -> "still told " + told);
        netns.ip("route", "add", "10.8.0.0/16", "nexthop", "via", "10.7.0.2", "nexthop", "via", "10.7.0.3");
        IllegalStateException thrown = new IllegalStateException("on purpose");
        assertSame(thrown, assertThrows(IllegalStateException.class, () -> monitor.poll(change -> {
            throw thrown;
        })));
        await(new NetworkChange.RouteAdded(Route.parse("10.8.0.0/16 via 10.7.0.3").withLink(index))::equals);
    }

    @Test
    void aClosedOneTellsNothing() throws Exception {
        netlink.setMtu(index, 1400);
        monitor.close();
        monitor.close();
        assertEquals(0, monitor.poll(told::add));
        assertEquals(-1, monitor.fd());
    }
}
