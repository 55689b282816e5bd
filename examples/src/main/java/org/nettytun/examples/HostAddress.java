package org.nettytun.examples;

import org.nettytun.examples.ip.AddressBits;
import org.nettytun.linux.IpPrefix;

import java.net.InetAddress;
import java.util.List;

/** An address that one host has and that is routed: what an interface may be given. */
public final class HostAddress {
    private static final IpPrefix THIS_NETWORK = IpPrefix.parse("0.0.0.0/8");
    /** The limited broadcast address is among them. Source: RFC 1112, section 4; RFC 919, section 7. */
    private static final IpPrefix RESERVED = IpPrefix.parse("240.0.0.0/4");
    /** Links of so many host bits have no address of the network. Source: RFC 3021; RFC 6164. */
    private static final int POINT_TO_POINT_BITS = 1;

    private HostAddress() {
    }

    /**
     * Refuses any other.
     *
     * @param key   what it is called
     * @param hosts addresses with the lengths of their networks, whose own and broadcast addresses no host has
     */
    public static void check(String key, InetAddress address, List<IpPrefix> hosts) {
        String kind = kind(address, hosts);
        if (kind != null) {
            throw Arguments.wrong(key + " must be the address of one host: " + address.getHostAddress() + " is "
                    + kind, null);
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
}
