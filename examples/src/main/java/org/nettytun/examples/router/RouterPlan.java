package org.nettytun.examples.router;

import org.nettytun.examples.ip.AddressBits;
import org.nettytun.examples.ip.PrefixTable;
import org.nettytun.linux.IpPrefix;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a router is to be: the whole command line, checked. A value.
 *
 * @param interfaces    two or more
 * @param icmpPerSecond ICMP errors for each interface; 0 for no limit
 */
public record RouterPlan(List<InterfaceSpec> interfaces, List<StaticRoute> routes, int icmpPerSecond) {
    /** Broadcast needs room for a network, a broadcast and a host address. Source: RFC 3021. */
    private static final int LONGEST_WITH_BROADCAST = 30;
    /** Where no router forwards to. Source: RFC 1812, section 5.3.7; RFC 3927, section 2.7; RFC 4291, section 2. */
    private static final Map<String, DropReason> NO_DESTINATIONS = Map.of(
            "0.0.0.0/8", KernelDropReason.IP_INVALID_DEST,
            "127.0.0.0/8", KernelDropReason.IP_LOCALNET,
            "169.254.0.0/16", KernelDropReason.IP_INVALID_DEST,
            "224.0.0.0/4", KernelDropReason.IP_INVALID_DEST,
            "255.255.255.255/32", KernelDropReason.IP_INVALID_DEST,
            "::/128", KernelDropReason.IP_INVALID_DEST,
            "::1/128", KernelDropReason.IP_LOCALNET,
            "fe80::/10", KernelDropReason.IP_INVALID_DEST,
            "ff00::/8", KernelDropReason.IP_INVALID_DEST);

    /** @throws IllegalArgumentException with a sentence */
    public RouterPlan {
        interfaces = List.copyOf(interfaces);
        routes = List.copyOf(routes);
        if (interfaces.size() < 2) {
            throw new IllegalArgumentException("a router needs two --interface at least: given=" + interfaces.size());
        }
        Map<String, InterfaceSpec> names = new HashMap<>();
        Map<IpPrefix, String> networks = new HashMap<>();
        for (InterfaceSpec each : interfaces) {
            if (names.put(each.name(), each) != null) {
                throw new IllegalArgumentException("each --interface needs a name of its own: interface="
                        + each.name());
            }
            new LinkedHashSet<>(each.hosts().stream().map(IpPrefix::network).toList())
                    .forEach(network -> claim(networks, network, each.name()));
        }
        for (StaticRoute route : routes) {
            InterfaceSpec at = names.get(route.interfaceName());
            if (at == null) {
                throw new IllegalArgumentException("--route must name an --interface: interface="
                        + route.interfaceName() + ", expected one of " + names.keySet().stream().sorted().toList());
            }
            if (!at.has(route.destination().isV4())) {
                throw new IllegalArgumentException("--route must lead to an --interface with a host= of its family:"
                        + " route=" + route.destination() + ", interface=" + at.name() + ", host=" + at.hosts());
            }
            claim(networks, route.destination(), route.interfaceName());
        }
    }

    private static void claim(Map<IpPrefix, String> networks, IpPrefix network, String name) {
        String other = networks.put(network, name);
        if (other != null) {
            throw new IllegalArgumentException("a network can be at one place only: network=" + network + ", at "
                    + other + " and at " + name);
        }
    }

    /** The routes as the router looks them up; {@code ports} in the order of the interfaces. */
    PrefixTable<RouteTarget> table(List<Port> ports) {
        PrefixTable<RouteTarget> table = new PrefixTable<>();
        for (Port port : ports) {
            for (IpPrefix network : networksAt(interfaces.get(port.index()))) {
                table.put(network, port);
            }
        }
        NO_DESTINATIONS.forEach((prefix, reason) -> table.put(IpPrefix.parse(prefix), new RouteTarget.Refusal(reason)));
        for (InterfaceSpec each : interfaces) {
            for (IpPrefix host : each.hosts()) {
                if (host.isV4() && host.length() <= LONGEST_WITH_BROADCAST) {
                    table.put(AddressBits.host(AddressBits.last(host)),
                            new RouteTarget.Refusal(KernelDropReason.IP_INVALID_DEST));
                }
            }
        }
        for (InterfaceSpec each : interfaces) {
            for (InetAddress router : each.routers()) {
                table.put(AddressBits.host(router), RouteTarget.Local.HERE);
            }
        }
        return table;
    }

    /** Connected networks, then static routes. */
    private List<IpPrefix> networksAt(InterfaceSpec at) {
        Set<IpPrefix> networks = new LinkedHashSet<>();
        at.hosts().forEach(host -> networks.add(host.network()));
        routes.stream().filter(route -> route.interfaceName().equals(at.name()))
                .forEach(route -> networks.add(route.destination()));
        return List.copyOf(networks);
    }

    /**
     * What the kernel on the far side of a link must send to the router: all that is at the router's other interfaces,
     * as far as it is of a family the link has. Interfaces in one namespace share it, and the first of them gets the
     * routes. A default route is only set up in a namespace that was named: the current one has its own.
     */
    List<String> kernelRoutes(InterfaceSpec at) {
        List<String> result = new ArrayList<>();
        for (InterfaceSpec other : interfaces) {
            if (Objects.equals(other.netns(), at.netns())) {
                continue;
            }
            for (IpPrefix network : networksAt(other)) {
                boolean wanted = network.length() > 0 || at.netns() != null;
                if (wanted && at.equals(firstIn(at.netns(), network.isV4()))) {
                    result.add(network.toString());
                }
            }
        }
        return result;
    }

    private InterfaceSpec firstIn(String netns, boolean v4) {
        return interfaces.stream().filter(each -> Objects.equals(each.netns(), netns) && each.has(v4)).findFirst()
                .orElse(null);
    }
}
