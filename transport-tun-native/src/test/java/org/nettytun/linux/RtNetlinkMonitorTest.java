package org.nettytun.linux;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nettytun.linux.RtNetlinkMonitor.Topic;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@NeedsDevices
class RtNetlinkMonitorTest {
    private final Netns netns = new Netns();
    private RtNetlinkMonitor monitor;

    @BeforeEach
    void open() throws Exception {
        monitor = RtNetlinkMonitor.open(netns.namespace(), EnumSet.allOf(Topic.class));
        monitor.poll(change -> { });
    }

    @AfterEach
    void close() {
        monitor.close();
        monitor.close();
        netns.close();
    }

    /** Whatever {@code ip} did is told when it returns: netlink notifies before the answer. */
    private void told(Predicate<NetworkChange> expected) throws Exception {
        List<NetworkChange> changes = new ArrayList<>();
        assertEquals(monitor.poll(changes::add), changes.size());
        assertTrue(changes.stream().anyMatch(expected), changes::toString);
        assertEquals(0, monitor.poll(changes::add));
    }

    @Test
    void everyKindOfChange() throws Exception {
        netns.ip("tuntap", "add", "tun0", "mode", "tun");
        told(change -> change instanceof NetworkChange.LinkChanged link && link.link().name().equals("tun0")
                && !link.link().up());
        netns.ip("link", "set", "tun0", "up", "mtu", "1400");
        told(change -> change instanceof NetworkChange.LinkChanged link && link.link().up()
                && link.link().mtu() == 1400);
        netns.ip("addr", "add", "10.7.0.1/24", "dev", "tun0");
        told(change -> change instanceof NetworkChange.AddressAdded address
                && address.address().prefix().equals(IpPrefix.parse("10.7.0.1/24")));
        netns.ip("route", "add", "unreachable", "10.9.0.0/16");
        told(change -> change instanceof NetworkChange.RouteAdded route
                && route.route().type() == RouteType.UNREACHABLE);
        netns.ip("route", "del", "unreachable", "10.9.0.0/16");
        told(change -> change instanceof NetworkChange.RouteRemoved);
        netns.ip("addr", "del", "10.7.0.1/24", "dev", "tun0");
        told(change -> change instanceof NetworkChange.AddressRemoved);
        netns.ip("link", "set", "tun0", "down");
        netns.ip("link", "set", "tun0", "name", "other");
        told(change -> change instanceof NetworkChange.LinkChanged link && link.link().name().equals("other"));
        netns.ip("link", "del", "other");
        told(change -> change instanceof NetworkChange.LinkRemoved link && link.link().name().equals("other"));
    }

    @Test
    void aFloodSaysThatSomethingWasLost() throws Exception {
        monitor.setReceiveBuffer(1);
        for (int i = 0; i < 20; i++) {
            netns.ip("route", "add", "unreachable", "10." + i + ".0.0/16");
        }
        List<NetworkChange> changes = new ArrayList<>();
        monitor.poll(changes::add);
        assertTrue(changes.contains(new NetworkChange.Overrun()), changes::toString);
        netns.ip("route", "del", "unreachable", "10.1.0.0/16");
        told(change -> change instanceof NetworkChange.RouteRemoved);
    }
}
