package org.nettytun.forward;

import io.netty.channel.Channel;
import org.nettytun.linux.IpPrefix;
import org.nettytun.routing.RouteTable;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** What every router of the tests is told: its links and its routes, for the kernel and for us. */
final class Network {
    static final List<String> NAMES = List.of("a", "b", "c");
    static final List<Integer> MTUS = List.of(1500, 1400, 576);
    static final List<List<String>> ADDRESSES = List.of(List.of("10.1.0.254/24", "fd01::fe/64"),
            List.of("10.2.0.254/24", "fd02::fe/64"), List.of("10.3.0.254/24"));
    /** In the words of {@code ip route}. */
    static final List<String> ROUTES = List.of(
            "10.9.0.0/16 dev b", "10.9.1.0/24 dev b mtu lock 1300", "10.8.0.0/16 dev a", "10.7.0.0/16 dev c",
            "unreachable 10.66.1.0/24", "prohibit 10.66.2.0/24", "blackhole 10.66.3.0/24",
            "240.0.0.0/8 dev b", "169.254.0.0/16 dev b", "0.1.0.0/16 dev b",
            "fd09::/48 dev b", "fd09:0:1::/48 dev b mtu lock 1300", "fd08::/48 dev a",
            "unreachable fd66:1::/48", "prohibit fd66:2::/48", "blackhole fd66:3::/48");

    private Network() {
    }

    static List<Port> ports(List<? extends Channel> channels, SegmentLimit segments) {
        List<Port> ports = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            List<InetAddress> addresses = ADDRESSES.get(i).stream().map(each -> IpPrefix.parse(each).address())
                    .toList();
            ports.add(new Port(i, NAMES.get(i), MTUS.get(i), addresses, segments, List.of(channels.get(i))));
        }
        return ports;
    }

    static RouteTable<Route> routes(List<Port> ports) {
        RouteTable<Route> table = new RouteTable<>();
        for (int i = 0; i < ports.size(); i++) {
            Route link = new Route.Via(ports.get(i), 0, true);
            for (String each : ADDRESSES.get(i)) {
                IpPrefix prefix = IpPrefix.parse(each);
                put(table, prefix, link);
                put(table, IpPrefix.parse(each.substring(0, each.indexOf('/'))), Route.Special.LOCAL);
                if (prefix.isV4()) {
                    put(table, IpPrefix.parse(each.replaceFirst("\\.254/24", ".255")), Route.Special.BROADCAST);
                }
            }
        }
        ROUTES.forEach(words -> parse(table, words.split(" "), ports));
        return table;
    }

    private static void parse(RouteTable<Route> table, String[] word, List<Port> ports) {
        switch (word[0]) {
            case "unreachable" -> put(table, IpPrefix.parse(word[1]), Route.Special.UNREACHABLE);
            case "prohibit" -> put(table, IpPrefix.parse(word[1]), Route.Special.PROHIBIT);
            case "blackhole" -> put(table, IpPrefix.parse(word[1]), Route.Special.BLACKHOLE);
            default -> put(table, IpPrefix.parse(word[0]), new Route.Via(ports.get(NAMES.indexOf(word[2])),
                    word.length > 5 ? Integer.parseInt(word[5]) : 0, false));
        }
    }

    private static void put(RouteTable<Route> table, IpPrefix prefix, Route route) {
        table.put(prefix.address(), prefix.length(), route);
    }
}
