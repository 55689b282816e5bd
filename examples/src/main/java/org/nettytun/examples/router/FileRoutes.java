package org.nettytun.examples.router;

import org.nettytun.forward.Port;
import org.nettytun.forward.Route;
import org.nettytun.linux.IpPrefix;
import org.nettytun.routing.RouteTable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The routes of a plan's file in the router's table, read again when told to, while packets pass. A file of which any
 * line is wrong changes nothing. New routes come before old ones go: a packet that has a route before and after has one
 * all the time. Any thread.
 */
final class FileRoutes implements AutoCloseable {
    private final RouterPlan plan;
    private final RouteTable<Route> table;
    private final Targets targets;
    private final Consumer<String> log;
    private Map<IpPrefix, Route> present = Map.of();
    private volatile String problem;
    private FileWatch watch;

    /** @param plan names the file, or none */
    FileRoutes(RouterPlan plan, List<Port> ports, RouteTable<Route> table, Consumer<String> log) {
        this.plan = plan;
        this.table = table;
        this.targets = new Targets(ports);
        this.log = log;
    }

    /** Reads the file now, and each time that it changes; nothing if there is none. */
    void watch() {
        if (plan.routesFile() != null) {
            watch = new FileWatch(plan.routesFile(), this::reload);   // first, so that no change is missed
            reload();
        }
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }

    /** Reads the file. What is wrong with it is logged, and changes nothing. */
    synchronized void reload() {
        try {
            String done = replace(RoutesFile.read(plan));
            problem = null;
            log.accept(done);
        } catch (IllegalArgumentException e) {
            problem = e.getMessage();
            log.accept(problem + "; the routes stay as they were");
        }
    }

    /** @return a sentence */
    private String replace(List<StaticRoute> routes) {
        Map<IpPrefix, Route> next = new HashMap<>(routes.size() * 2);
        int put = 0;
        for (StaticRoute route : routes) {
            IpPrefix destination = route.destination();
            Route target = targets.of(route);
            next.put(destination, target);
            if (!target.equals(present.get(destination))) {
                table.put(destination.address(), destination.length(), target);
                put++;
            }
        }
        int removed = 0;
        for (IpPrefix old : present.keySet()) {
            if (!next.containsKey(old)) {
                table.remove(old.address(), old.length());
                removed++;
            }
        }
        present = next;
        return plan.routesFile() + ": " + next.size() + " routes, " + put + " put, " + removed + " removed";
    }

    /** What was wrong with the file when it was read last; null if nothing was. */
    String problem() {
        return problem;
    }
}
