package org.nettytun.benchmarks.forward;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * What UDP of one network namespace counted, each datagram once, however they came. What found the socket's buffer full
 * is among the errors. Source: net/ipv4/udp.c, v6.12, __udp_enqueue_schedule_skb and udp_recvmsg.
 *
 * @param delivered to applications
 * @param unwanted  to ports where nobody listens
 * @param errors    all others
 */
record UdpCounters(long delivered, long unwanted, long errors) {
    private static final String UDP = "Udp: ";

    /** @param lines of {@code /proc/net/snmp} */
    static UdpCounters parse(List<String> lines) throws IOException {
        List<String> udp = lines.stream().filter(line -> line.startsWith(UDP)).toList();
        if (udp.size() != 2) {
            throw new IOException("/proc/net/snmp: expected two lines of Udp: " + udp);
        }
        List<String> names = Arrays.asList(udp.get(0).split(" "));
        String[] values = udp.get(1).split(" ");
        return new UdpCounters(value(names, values, "InDatagrams"), value(names, values, "NoPorts"),
                value(names, values, "InErrors"));
    }

    private static long value(List<String> names, String[] values, String name) throws IOException {
        int at = names.indexOf(name);
        if (at < 0 || at >= values.length) {
            throw new IOException("/proc/net/snmp: expected Udp to have " + name + ": " + names);
        }
        return Long.parseLong(values[at]);
    }

    /** All that there were. */
    long arrived() {
        return delivered + unwanted + errors;
    }
}
