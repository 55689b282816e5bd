package org.nettytun.examples.router;

import org.nettytun.linux.IpPrefix;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which networks a plan has spoken for, so that each is one thing only. Belongs to one thread. */
final class Claims {
    private final List<InterfaceSpec> interfaces;
    private final Map<IpPrefix, Object> networks = new HashMap<>();

    Claims(List<InterfaceSpec> interfaces) {
        this.interfaces = interfaces;
    }

    /**
     * @param where for people, by its {@code toString()}
     * @param text  who claims it, as it was given
     * @throws WrongPlan if it is something already
     */
    void claim(IpPrefix network, Object where, String text) {
        Object other = networks.put(network, where);
        if (other != null) {
            throw conflict(network, other, where, text);
        }
    }

    /** That a network is two things. */
    static WrongPlan conflict(IpPrefix network, Object one, Object other, String text) {
        return new WrongPlan("a network can be one thing only: network=" + network + ", " + one + " and " + other,
                text);
    }

    /**
     * Claims a route's destination.
     *
     * @throws WrongPlan also if its interface is none, or of another family
     */
    void claim(StaticRoute route, Object where) {
        check(route);
        claim(route.destination(), where, route.text());
    }

    /**
     * As {@link #claim}, but claims nothing: a million more of them are better kept elsewhere.
     *
     * @throws WrongPlan likewise
     */
    void checkFree(StaticRoute route, Object where) {
        check(route);
        Object other = networks.get(route.destination());
        if (other != null) {
            throw conflict(route.destination(), other, where, route.text());
        }
    }

    private void check(StaticRoute route) {
        if (route.special() == null) {
            InterfaceSpec at = interfaces.stream().filter(each -> each.name().equals(route.interfaceName())).findFirst()
                    .orElseThrow(() -> new WrongPlan("a route must name an --interface: interface="
                            + route.interfaceName() + ", expected one of "
                            + interfaces.stream().map(InterfaceSpec::name).sorted().toList(), route.text()));
            if (!at.has(route.destination().isV4())) {
                throw new WrongPlan("a route must lead to an --interface with a host= of its family: route="
                        + route.destination() + ", interface=" + at.name() + ", host=" + at.hosts(), route.text());
            }
        }
    }
}
