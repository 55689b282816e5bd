package org.nettytun.routing;

import java.net.InetAddress;

/**
 * Sees the routes of a table, one by one.
 *
 * @param <T> what a route leads to
 */
@FunctionalInterface
public interface RouteVisitor<T> {
    /**
     * One route.
     *
     * @param network      of IPv4 or IPv6; its host bits are zero
     * @param prefixLength bits
     */
    void route(InetAddress network, int prefixLength, T target);
}
