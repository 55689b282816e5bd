package org.nettytun.examples.router;

import org.nettytun.forward.Port;
import org.nettytun.forward.Route;
import org.nettytun.routing.RouteTable;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
    private RouteTable<Route> present = new RouteTable<>();
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
            String done = replace(RoutesFile.read(plan, targets::of));
            problem = null;
            log.accept(done);
        } catch (IllegalArgumentException e) {
            problem = e.getMessage();
            log.accept(problem + "; the routes stay as they were");
        }
    }

    /** @return a sentence */
    private String replace(RouteTable<Route> next) {
        AtomicInteger put = new AtomicInteger();
        next.forEach((network, length, target) -> {
            if (!target.equals(table.put(network, length, target))) {
                put.incrementAndGet();
            }
        });
        AtomicInteger removed = new AtomicInteger();
        present.forEach((network, length, target) -> {
            if (next.get(network, length) == null) {
                table.remove(network, length);
                removed.incrementAndGet();
            }
        });
        present = next;
        return plan.routesFile() + ": " + (next.ipv4Size() + next.ipv6Size()) + " routes, " + put + " put, " + removed
                + " removed";
    }

    /** What was wrong with the file when it was read last; null if nothing was. */
    String problem() {
        return problem;
    }
}
