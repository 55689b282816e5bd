package org.nettytun.examples.router;

import org.nettytun.examples.Arguments;
import org.nettytun.examples.HostAddress;
import org.nettytun.linux.IpPrefix;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which addresses the two sides of a link may have; the kernel would refuse others, or nothing would reach them. */
final class LinkAddresses {
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
            HostAddress.check(name + ": host", host.address(), hosts);
            if (!seen.add(host.address())) {
                throw Arguments.wrong(name + ": each host must be given once: host=" + host, null);
            }
        }
        for (InetAddress router : routers) {
            HostAddress.check(name + ": router", router, hosts);
            checkReachable(name, router, hosts);
            if (!seen.add(router)) {
                throw Arguments.wrong(name + ": each router must be given once: router=" + text(router), null);
            }
        }
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
