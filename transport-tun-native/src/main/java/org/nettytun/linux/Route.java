package org.nettytun.linux;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;

/**
 * A route of the kernel.
 *
 * @param destination the packets it is for; its address is the network's
 * @param gateway     the next hop, or {@code null}: what is on the link
 * @param linkIndex   the interface, or 0: the one of the gateway, or none
 * @param table       1 and up; 254 is the main one
 * @param metric      the least wins; 0: the kernel's default, which is 1024 for IPv6
 * @param type        what it does
 * @param onLink      take the gateway for a neighbour even if no address says so
 */
public record Route(IpPrefix destination, InetAddress gateway, int linkIndex, int table, int metric, RouteType type,
                    boolean onLink) {
    /** The main table, {@code RT_TABLE_MAIN}. */
    public static final int MAIN = 254;

    private static final int DEFAULT_METRIC_V6 = 1024;

    /** A unicast route of the main table: everything in {@code destination} goes out on a link. */
    public static Route to(IpPrefix destination, int linkIndex) {
        return new Route(destination.network(), null, linkIndex, MAIN, 0, RouteType.UNICAST, false);
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
        while (!words.isEmpty()) {
            String word = words.pop();
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
        if (gateway != null && gateway.getAddress().length != destination.address().getAddress().length) {
            throw new IllegalArgumentException("a route's gateway must be of its family: route=" + text);
        }
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
        if (!word.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("expected a number: word=" + word + ", route=" + text);
        }
        return Integer.parseInt(word);
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
