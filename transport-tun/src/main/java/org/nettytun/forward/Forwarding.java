package org.nettytun.forward;

import org.nettytun.routing.RouteTable;
import org.nettytun.stats.TunStats;

import java.util.List;

/** What all queues of a router share: immutable, or safe for any thread. */
public final class Forwarding {
    private static final int LINK_LOCAL = 0xfe80 >>> 6;

    private final List<Port> ports;
    private final RouteTable<Route> routes;
    private final IcmpLimits limits;
    private final TunStats ledger;
    private final Addresses own;
    private final Route.Via[] links;

    /**
     * @param ports  in the order of their indices
     * @param routes to everywhere; to the ports' addresses {@link Route.Special#LOCAL}
     * @param limits of ICMP errors
     * @param ledger of the packets that the router makes: errors, answers, fragments, copies
     */
    public Forwarding(List<Port> ports, RouteTable<Route> routes, IcmpLimits limits, TunStats ledger) {
        this.ports = List.copyOf(ports);
        this.routes = routes;
        this.limits = limits;
        this.ledger = ledger;
        this.links = ports.stream().map(Route.Via::new).toArray(Route.Via[]::new);
        this.own = new Addresses(ports.stream().flatMap(port -> port.addresses().stream()).toList());
    }

    /** In the order of their indices. */
    public List<Port> ports() {
        return ports;
    }

    RouteTable<Route> routes() {
        return routes;
    }

    IcmpLimits limits() {
        return limits;
    }

    TunStats ledger() {
        return ledger;
    }

    Addresses own() {
        return own;
    }

    /** The address of an IPv4 packet of ours that leaves by a port; 192.0.0.8 if there is none: RFC 7600, 4.8. */
    int sourceV4(Port egress) {
        if (egress.v4() != 0) {
            return egress.v4();
        }
        for (int i = 0; i < ports.size(); i++) {   // no iterator, that would be garbage
            if (ports.get(i).v4() != 0) {
                return ports.get(i).v4();
            }
        }
        return 0xc0000008;
    }

    /** The way back to an IPv6 sender, or null: to a link-local one by the link that its packet came by. */
    Route.Via wayBack(Port ingress, long high, long low) {
        if (high >>> 54 == LINK_LOCAL) {
            return links[ingress.index()];
        }
        return routes.lookup(high, low) instanceof Route.Via via ? via : null;
    }

    /** The port whose IPv6 address an error has about a packet that came in by one; null if there is none. */
    Port sourceV6(Port ingress) {
        if (ingress.hasV6()) {
            return ingress;
        }
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i).hasV6()) {
                return ports.get(i);
            }
        }
        return null;
    }
}
