package org.nettytun.examples.router;

import org.nettytun.examples.ip.AddressBits;
import org.nettytun.forward.Port;
import org.nettytun.forward.Route;
import org.nettytun.linux.IpPrefix;
import org.nettytun.routing.RouteTable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a router is to be: the whole command line, checked. A value.
 *
 * @param interfaces    two or more
 * @param routesFile    further routes, for the router alone; null: none
 * @param icmpPerSecond ICMP errors in all; 0 for no limit, not for single destinations either
 */
public record RouterPlan(List<InterfaceSpec> interfaces, List<StaticRoute> routes, Path routesFile,
                         int icmpPerSecond) {
    /** Broadcast needs room for a network, a broadcast and a host address. Source: RFC 3021. */
    private static final int LONGEST_WITH_BROADCAST = 30;

    /** @throws WrongPlan with a sentence */
    public RouterPlan {
        interfaces = List.copyOf(interfaces);
        routes = List.copyOf(routes);
        if (interfaces.size() < 2) {
            throw new WrongPlan("a router needs two --interface at least: given=" + interfaces.size(), "");
        }
        Set<String> names = new HashSet<>();
        for (InterfaceSpec each : interfaces) {
            if (!names.add(each.name())) {
                throw new WrongPlan("each --interface needs a name of its own: interface=" + each.name(), each.text());
            }
        }
        claims(interfaces, routes);
    }

    /** What each network is, so that none is two things. */
    private static Claims claims(List<InterfaceSpec> interfaces, List<StaticRoute> routes) {
        Claims claims = new Claims(interfaces);
        for (InterfaceSpec each : interfaces) {
            new LinkedHashSet<>(each.hosts().stream().map(IpPrefix::network).toList())
                    .forEach(network -> claims.claim(network, "at " + each.name(), each.text()));
        }
        for (InterfaceSpec each : interfaces) {
            each.routers().forEach(own -> claims.claim(AddressBits.host(own), "the router's own", each.text()));
            broadcasts(each).forEach(last -> claims.claim(last, "broadcast at " + each.name(), each.text()));
        }
        for (StaticRoute route : routes) {
            claims.claim(route, route.where());
        }
        return claims;
    }

    /** Those that networks, own addresses and routes of the command line have made, for further routes. */
    Claims claims() {
        return claims(interfaces, routes);
    }

    /** The routes as the router looks them up; {@code ports} in the order of the interfaces. */
    RouteTable<Route> table(List<Port> ports) {
        RouteTable<Route> table = new RouteTable<>();
        Targets targets = new Targets(ports);
        routes.forEach(route -> put(table, route.destination(), targets.of(route)));
        for (InterfaceSpec each : interfaces) {
            Route link = new Route.Via(ports.get(interfaces.indexOf(each)), 0, true);
            each.hosts().forEach(host -> put(table, host.network(), link));
        }
        for (InterfaceSpec each : interfaces) {
            broadcasts(each).forEach(last -> put(table, last, Route.Special.BROADCAST));
            each.routers().forEach(own -> put(table, AddressBits.host(own), Route.Special.LOCAL));
        }
        return table;
    }

    private static List<IpPrefix> broadcasts(InterfaceSpec at) {
        return at.hosts().stream().filter(host -> host.isV4() && host.length() <= LONGEST_WITH_BROADCAST)
                .map(host -> AddressBits.host(AddressBits.last(host))).distinct().toList();
    }

    private static void put(RouteTable<Route> table, IpPrefix network, Route route) {
        table.put(network.address(), network.length(), route);
    }

    /** Connected networks, then static routes; of no interface, null, those that lead nowhere. */
    private List<IpPrefix> networksAt(InterfaceSpec at) {
        Set<IpPrefix> networks = new LinkedHashSet<>();
        if (at != null) {
            at.hosts().forEach(host -> networks.add(host.network()));
        }
        String name = at == null ? null : at.name();
        routes.stream().filter(route -> Objects.equals(route.interfaceName(), name))
                .forEach(route -> networks.add(route.destination()));
        return List.copyOf(networks);
    }

    /**
     * What the kernel on the far side of a link must send to the router: all that is at the router's other interfaces,
     * or leads nowhere, as far as it is of a family the link has. Interfaces in one namespace share it, and the first
     * of them gets the routes. A default route is only set up in a namespace that was named: the current one has its
     * own.
     */
    List<String> kernelRoutes(InterfaceSpec at) {
        List<IpPrefix> all = new ArrayList<>();
        interfaces.stream().filter(other -> !Objects.equals(other.netns(), at.netns()))
                .forEach(other -> all.addAll(networksAt(other)));
        all.addAll(networksAt(null));
        return all.stream().filter(network -> network.length() > 0 || at.netns() != null)
                .filter(network -> at.equals(firstIn(at.netns(), network.isV4()))).map(IpPrefix::toString).toList();
    }

    private InterfaceSpec firstIn(String netns, boolean v4) {
        return interfaces.stream().filter(each -> Objects.equals(each.netns(), netns) && each.has(v4)).findFirst()
                .orElse(null);
    }
}
