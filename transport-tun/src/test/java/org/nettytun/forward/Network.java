package org.nettytun.forward;

import io.netty.channel.Channel;
import org.nettytun.linux.IpPrefix;

import java.net.InetAddress;
import java.nio.ByteBuffer;
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
            List<InetAddress> addresses = ADDRESSES.get(i).stream().map(each -> IpPrefix.parse(each).address()).toList();
            ports.add(new Port(i, NAMES.get(i), MTUS.get(i), addresses, segments, List.of(channels.get(i))));
        }
        return ports;
    }

    /** The longest prefix, found by looking at each. */
    static Routes routes(List<Port> ports) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < ports.size(); i++) {
            for (String each : ADDRESSES.get(i)) {
                IpPrefix prefix = IpPrefix.parse(each);
                entries.add(entry(prefix.network(), new Route.Via(ports.get(i), 0, true)));
                entries.add(entry(IpPrefix.parse(each.substring(0, each.indexOf('/'))), Route.Special.LOCAL));
                if (prefix.isV4()) {
                    String broadcast = each.replaceFirst("\\.254/24", ".255");
                    entries.add(entry(IpPrefix.parse(broadcast), Route.Special.BROADCAST));
                }
            }
        }
        ROUTES.forEach(words -> entries.add(parse(words, ports)));
        return new Table(entries);
    }

    private static Entry parse(String words, List<Port> ports) {
        String[] word = words.split(" ");
        return switch (word[0]) {
            case "unreachable" -> entry(IpPrefix.parse(word[1]), Route.Special.UNREACHABLE);
            case "prohibit" -> entry(IpPrefix.parse(word[1]), Route.Special.PROHIBIT);
            case "blackhole" -> entry(IpPrefix.parse(word[1]), Route.Special.BLACKHOLE);
            default -> entry(IpPrefix.parse(word[0]), new Route.Via(ports.get(NAMES.indexOf(word[2])),
                    word.length > 5 ? Integer.parseInt(word[5]) : 0, false));
        };
    }

    private static Entry entry(IpPrefix prefix, Route route) {
        ByteBuffer bytes = ByteBuffer.wrap(prefix.address().getAddress());
        return prefix.isV4() ? new Entry(true, (long) bytes.getInt() << 32, 0, prefix.length(), route)
                : new Entry(false, bytes.getLong(), bytes.getLong(), prefix.length(), route);
    }

    private record Entry(boolean v4, long high, long low, int length, Route route) {
        boolean covers(boolean asksV4, long askedHigh, long askedLow) {
            for (int bit = 0; bit < length; bit++) {
                long mine = bit < 64 ? high << bit : low << bit - 64;
                long asked = bit < 64 ? askedHigh << bit : askedLow << bit - 64;
                if ((mine ^ asked) < 0) {
                    return false;
                }
            }
            return v4 == asksV4;
        }
    }

    private record Table(List<Entry> entries) implements Routes {
        @Override
        public Route lookup(int destination) {
            return lookup(true, (long) destination << 32, 0);
        }

        @Override
        public Route lookup(long high, long low) {
            return lookup(false, high, low);
        }

        private Route lookup(boolean v4, long high, long low) {
            Entry best = null;
            for (Entry each : entries) {
                if (each.covers(v4, high, low) && (best == null || each.length > best.length)) {
                    best = each;
                }
            }
            return best == null ? null : best.route;
        }
    }
}
