package org.nettytun.examples.router;

import org.nettytun.forward.Port;
import org.nettytun.forward.Route;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What static routes lead to: one object for each port, so that the table stays small. Immutable. */
final class Targets {
    private final Map<String, Route> behind;

    Targets(List<Port> ports) {
        behind = ports.stream().collect(Collectors.toUnmodifiableMap(Port::name, Route.Via::new));
    }

    Route of(StaticRoute route) {
        return route.special() != null ? route.special() : behind.get(route.interfaceName());
    }
}
