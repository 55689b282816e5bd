package org.nettytun.examples.router;


import org.nettytun.routing.RouteTable;

import java.util.List;
import java.util.function.Consumer;

/**
 * What all queues of a router share: immutable, or safe for any thread.
 *
 * @param log takes sentences for the user
 */
record RouterCore(List<Port> ports, RouteTable<RouteTarget> routes, IcmpErrors.Counters icmpCounters,
                  Consumer<String> log) {
}
