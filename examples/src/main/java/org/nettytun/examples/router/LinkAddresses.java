package org.nettytun.examples.router;

import org.nettytun.examples.Arguments;
import org.nettytun.examples.ip.AddressBits;
import org.nettytun.linux.IpPrefix;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which addresses the two sides of a link may have; the kernel would refuse others, or nothing would reach them. */
final class LinkAddresses {
    private static final IpPrefix THIS_NETWORK = IpPrefix.parse("0.0.0.0/8");
    /** The limited broadcast address is among them. Source: RFC 1112, section 4; RFC 919, section 7. */
    private static final IpPrefix RESERVED = IpPrefix.parse("240.0.0.0/4");
    /** Links of so many host bits have no address of the network. Source: RFC 3021; RFC 6164. */
    private static final int POINT_TO_POINT_BITS = 1;

    private LinkAddresses() {
    }

    /** @throws RuntimeException one that picocli makes a line of */
    static void check(String name, List<IpPrefix> hosts, List<InetAddress> routers) {
        if (hosts.isEmpty()) {
            throw Arguments.wrong(name + " needs host=CIDR, the kernel's address on this link", null);
        }
        if (routers.isEmpty()) {
            throw Arguments.wrong(name + " needs router=IP, the router's own address on this link", null);
        }
        Set<InetAddress> seen = new HashSet<>();
        for (IpPrefix host : hosts) {
            checkUnicast(name + ": host", host.address(), hosts);
            if (!seen.add(host.address())) {
                throw Arguments.wrong(name + ": each host must be given once: host=" + host, null);
            }
        }
        for (InetAddress router : routers) {
            checkUnicast(name + ": router", router, hosts);
            checkReachable(name, router, hosts);
            if (!seen.add(router)) {
                throw Arguments.wrong(name + ": each router must be given once: router=" + text(router), null);
            }
        }
    }

    private static void checkUnicast(String key, InetAddress address, List<IpPrefix> hosts) {
        String kind = kind(address, hosts);
        if (kind != null) {
            throw Arguments.wrong(key + " must be the address of one host: " + text(address) + " is " + kind, null);
        }
    }

    /** What it is, if not an address that a router's neighbour may have; else null. */
    private static String kind(InetAddress address, List<IpPrefix> hosts) {
        if (address.isLoopbackAddress()) {
            return "a loopback address";
        }
        if (address.isMulticastAddress()) {
            return "a multicast address";
        }
        if (address.isAnyLocalAddress() || THIS_NETWORK.contains(address) || RESERVED.contains(address)) {
            return "a reserved address";
        }
        if (address.isLinkLocalAddress()) {
            return "a link-local address, which is not routed";
        }
        for (IpPrefix host : hosts) {
            boolean isPointToPoint = AddressBits.width(host.address()) - host.length() <= POINT_TO_POINT_BITS;
            if (!isPointToPoint && host.network().address().equals(address)) {
                return "the address of the network " + host.network();
            }
            if (!isPointToPoint && host.isV4() && AddressBits.last(host).equals(address)) {
                return "the broadcast address of " + host.network();
            }
        }
        return null;
    }

    private static void checkReachable(String name, InetAddress router, List<IpPrefix> hosts) {
        if (hosts.stream().noneMatch(host -> host.contains(router))) {
            throw Arguments.wrong(name + ": router must be in a network of host=, or the kernel could not reach it:"
                    + " router=" + text(router) + ", host=" + hosts, null);
        }
        if (hosts.stream().anyMatch(host -> host.address().equals(router))) {
            throw Arguments.wrong(name + ": router must not be the kernel's own address: router=" + text(router),
                    null);
        }
    }

    private static String text(InetAddress address) {
        return address.getHostAddress();
    }
}
