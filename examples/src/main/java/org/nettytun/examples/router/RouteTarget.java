package org.nettytun.examples.router;

import org.nettytun.stats.DropReason;

/** Where a route leads. */
sealed interface RouteTarget permits Port, RouteTarget.Local, RouteTarget.Refusal {
    /** To one of the router's own addresses. */
    enum Local implements RouteTarget {
        HERE
    }

    /** Nowhere, silently: the destinations that no router forwards to are routes, too. */
    record Refusal(DropReason reason) implements RouteTarget {
    }
}
