package org.nettytun.linux;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * A route of the kernel.
 *
 * @param destination the packets it is for; its address is the network's
 * @param gateway     the next hop, or {@code null}: what is on the link; a route of IPv4 may have one of IPv6
 * @param linkIndex   the interface, or 0: the one of the gateway, or none
 * @param table       unsigned, 1 and up; 254 is the main one
 * @param metric      unsigned, the least wins; 0: the kernel's default, which is 1024 for IPv6
 * @param type        what it does
 * @param onLink      take the gateway for a neighbour even if no address says so
 */
public record Route(IpPrefix destination, InetAddress gateway, int linkIndex, int table, int metric, RouteType type,
                    boolean onLink) {
    /** The main table, {@code RT_TABLE_MAIN}. */
    public static final int MAIN = 254;

    private static final int DEFAULT_METRIC_V6 = 1024;

    public Route {
        Objects.requireNonNull(type, "type");
        if (!destination.equals(destination.network())) {
            throw new IllegalArgumentException("a route's destination must have no host bits: destination="
                    + destination + ", its network is " + destination.network());
        }
        if (gateway != null && (type != RouteType.UNICAST || gateway instanceof Inet4Address && !destination.isV4())) {
            throw new IllegalArgumentException("a route that drops has no gateway, and one of IPv6 none of IPv4:"
                    + " gateway=" + IpLiteral.format(gateway) + ", destination=" + destination + ", type=" + type);
        }
        if (table == 0 || linkIndex < 0) {
            throw new IllegalArgumentException("a route's table must not be 0, its link not negative: table=" + table
                    + ", linkIndex=" + linkIndex);
        }
    }

    /** A unicast route of the main table: everything in {@code destination} goes out on a link. */
    public static Route to(IpPrefix destination, int linkIndex) {
        return new Route(destination.network(), null, linkIndex, MAIN, 0, RouteType.UNICAST, false);
    }

    /** A route of the main table that drops. @param type any but UNICAST */
    public static Route dropping(RouteType type, IpPrefix destination) {
        return new Route(destination.network(), null, 0, MAIN, 0, type, false);
    }

    /**
     * Reads the words of {@code ip route}: {@code [unreachable|blackhole|prohibit] PREFIX|default [via ADDRESS]
     * [metric N] [table N] [onlink]}. {@code default} is of IPv4 unless {@code via} says otherwise; {@code ::/0} is
     * IPv6's.
     *
     * @throws IllegalArgumentException with the route and the word that was not understood
     */
    public static Route parse(String text) {
        Deque<String> words = new ArrayDeque<>(Arrays.asList(text.trim().split("\\s+")));
        RouteType type = RouteType.UNICAST;
        for (RouteType each : RouteType.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(words.peek())) {
                words.pop();
                type = each;
            }
        }
        String to = next(words, text, "a prefix");
        InetAddress gateway = null;
        int table = MAIN;
        int metric = 0;
        boolean onLink = false;
        Set<String> seen = new HashSet<>();
        while (!words.isEmpty()) {
            String word = words.pop();
            if (!seen.add(word)) {
                throw new IllegalArgumentException("a route says each word once: word=" + word + ", route=" + text);
            }
            switch (word) {
                case "via" -> gateway = IpPrefix.parseAddress(next(words, text, "an address after via"));
                case "metric" -> metric = number(next(words, text, "a number after metric"), text);
                case "table" -> table = number(next(words, text, "a number after table"), text);
                case "onlink" -> onLink = true;
                default -> throw new IllegalArgumentException("a route is [unreachable|blackhole|prohibit]"
                        + " PREFIX|default [via ADDRESS] [metric N] [table N] [onlink]: word=" + word
                        + ", route=" + text);
            }
        }
        IpPrefix destination = destination(to, gateway);
        return new Route(destination, gateway, 0, table, metric, type, onLink);
    }

    private static IpPrefix destination(String to, InetAddress gateway) {
        if (!to.equals("default")) {
            return IpPrefix.parse(to).network();
        }
        return IpPrefix.parse(gateway == null || gateway.getAddress().length == 4 ? "0.0.0.0/0" : "::/0");
    }

    private static String next(Deque<String> words, String text, String expected) {
        String word = words.poll();
        if (word == null || word.isEmpty()) {
            throw new IllegalArgumentException("a route needs " + expected + ": route=" + text);
        }
        return word;
    }

    private static int number(String word, String text) {
        try {
            return Integer.parseUnsignedInt(word);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a number of 32 bits: word=" + word + ", route=" + text, e);
        }
    }

    /** The same on that link; one that drops has none. */
    public Route withLink(int index) {
        int link = type == RouteType.UNICAST ? index : 0;
        return new Route(destination, gateway, link, table, metric, type, onLink);
    }

    /** The same in that table. */
    public Route withTable(int number) {
        return new Route(destination, gateway, linkIndex, number, metric, type, onLink);
    }

    /** The same through that next hop. */
    public Route withGateway(InetAddress nextHop) {
        return new Route(destination, nextHop, linkIndex, table, metric, type, onLink);
    }

    /** The same with that metric. */
    public Route withMetric(int number) {
        return new Route(destination, gateway, linkIndex, table, number, type, onLink);
    }

    /** The same with a gateway that is taken for a neighbour, or not. */
    public Route withOnLink(boolean on) {
        return new Route(destination, gateway, linkIndex, table, metric, type, on);
    }

    /** In the words of {@code ip route}, the link as its number: {@code 10.8.0.0/16 via 10.7.0.2 dev #3 metric 5}. */
    @Override
    public String toString() {
        return (type == RouteType.UNICAST ? "" : type.name().toLowerCase(Locale.ROOT) + ' ') + destination
                + (gateway == null ? "" : " via " + IpLiteral.format(gateway))
                + (linkIndex == 0 ? "" : " dev #" + linkIndex)
                + (metric == 0 ? "" : " metric " + Integer.toUnsignedString(metric))
                + (table == MAIN ? "" : " table " + Integer.toUnsignedString(table))
                + (onLink ? " onlink" : "");
    }

    /** Whether the kernel holds {@code other} for this one; the metric, if not given, is its default. */
    public boolean sameAs(Route other) {
        return destination.equals(other.destination) && linkIndex == other.linkIndex && table == other.table
                && type == other.type && (gateway == null ? other.gateway == null : gateway.equals(other.gateway))
                && effectiveMetric() == other.effectiveMetric();
    }

    private int effectiveMetric() {
        return metric == 0 && !destination.isV4() ? DEFAULT_METRIC_V6 : metric;
    }
}
