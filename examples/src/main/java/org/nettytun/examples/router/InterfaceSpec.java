package org.nettytun.examples.router;

import org.nettytun.examples.Arguments;
import org.nettytun.forward.SegmentLimit;
import org.nettytun.linux.IpPrefix;
import picocli.CommandLine.ITypeConverter;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One {@code --interface}: {@code NAME,netns=NS,host=CIDR[,host=CIDR],router=IP[,router=IP][,mtu=N][,queues=N]
 * [,mss=N|mtu][,offload=on|off]}. A value.
 *
 * @param name    the device's
 * @param netns   the kernel's side is there: a name or a path; null: the current one
 * @param hosts   addresses of the kernel's side; at least one
 * @param routers the router's own addresses, each in a network of {@code hosts}; at least one
 * @param mtu     longest packet, in bytes
 * @param queues  of the device
 * @param segments what TCP is told of the size of segments
 * @param offload whether super-packets come and go
 * @param text    all of it, as it was given
 */
public record InterfaceSpec(String name, String netns, List<IpPrefix> hosts, List<InetAddress> routers, int mtu,
                            int queues, SegmentLimit segments, boolean offload, String text) {
    /** Bytes. */
    public static final int DEFAULT_MTU = 1500;

    private static final int LEAST_MTU = 68;
    /** Source: RFC 8200, section 5. */
    private static final int LEAST_MTU_V6 = 1280;
    private static final int GREATEST_MTU = 65535;
    /** Source: RFC 879: 68 bytes, without the longest headers. */
    private static final int LEAST_SEGMENT = 8;
    private static final int MAX_QUEUES = 256;
    private static final String KEYS = "netns=NS, host=CIDR, router=IP, mtu=N, queues=N, mss=N|mtu, offload=on|off";

    /** @throws RuntimeException one that picocli makes a line of */
    public static InterfaceSpec parse(String text) {
        String[] pieces = text.split(",", -1);
        String name = Arguments.deviceName("interface", pieces[0]);
        String netns = null;
        List<IpPrefix> hosts = new ArrayList<>();
        List<InetAddress> routers = new ArrayList<>();
        int mtu = DEFAULT_MTU;
        int queues = 1;
        SegmentLimit segments = SegmentLimit.NONE;
        boolean offload = false;
        Set<String> given = new HashSet<>();
        for (int i = 1; i < pieces.length; i++) {
            int equals = pieces[i].indexOf('=');
            String key = equals < 0 ? pieces[i] : pieces[i].substring(0, equals);
            String value = equals < 0 ? "" : pieces[i].substring(equals + 1);
            if (value.isEmpty()) {
                throw Arguments.wrong(name + ": expected one of " + KEYS + ": " + pieces[i], null);
            }
            if (!given.add(key) && !key.equals("host") && !key.equals("router")) {
                throw Arguments.wrong(name + ": each key but host and router must be given once: " + pieces[i], null);
            }
            switch (key) {
                case "netns" -> netns = Arguments.netns(name + ": netns", value);
                case "host" -> hosts.add(Arguments.prefix(name + ": host", value));
                case "router" -> routers.add(Arguments.address(name + ": router", value));
                case "mtu" -> mtu = Arguments.number(name + ": mtu", value, LEAST_MTU, GREATEST_MTU);
                case "queues" -> queues = Arguments.number(name + ": queues", value, 1, MAX_QUEUES);
                case "mss" -> segments = segments(name, value);
                case "offload" -> offload = offload(name, value);
                default -> throw Arguments.wrong(name + ": expected one of " + KEYS + ": " + pieces[i], null);
            }
        }
        InterfaceSpec spec = new InterfaceSpec(name, netns, List.copyOf(hosts), List.copyOf(routers), mtu, queues,
                segments, offload, text);
        spec.check();
        return spec;
    }

    private static SegmentLimit segments(String name, String value) {
        return value.equals("mtu") ? SegmentLimit.MTU
                : new SegmentLimit(Arguments.number(name + ": mss, or mtu,", value, LEAST_SEGMENT, GREATEST_MTU));
    }

    private static boolean offload(String name, String value) {
        if (!value.equals("on") && !value.equals("off")) {
            throw Arguments.wrong(name + ": offload must be on or off: offload=" + value, null);
        }
        return value.equals("on");
    }

    private void check() {
        LinkAddresses.check(name, hosts, routers);
        if (mtu < LEAST_MTU_V6 && hosts.stream().anyMatch(host -> !host.isV4())) {
            throw Arguments.wrong(name + ": mtu must be " + LEAST_MTU_V6 + " at least for IPv6: mtu=" + mtu, null);
        }
    }

    /** Whether the kernel's side has an address of a family. */
    boolean has(boolean v4) {
        return hosts.stream().anyMatch(host -> host.isV4() == v4);
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<InterfaceSpec> {
        @Override
        public InterfaceSpec convert(String value) {
            return parse(value);
        }
    }
}
