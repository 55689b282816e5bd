package org.nettytun.examples.router;

import org.nettytun.forward.Port;
import org.nettytun.forward.Route;
import org.nettytun.linux.IpPrefix;
import org.nettytun.routing.RouteTable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The routes of a plan's file in the router's table, read again when told to, while packets pass. A file of which any
 * line is wrong changes nothing. New routes come before old ones go, and of those within one another the longer first:
 * a packet that has a route before and after has one all the time. Any thread.
 */
final class FileRoutes implements AutoCloseable {
    private final RouterPlan plan;
    private final RouteTable<Route> table;
    private final Targets targets;
    private final Consumer<String> log;
    private RouteTable<Route> present = new RouteTable<>();
    /** What was being put when there was no memory left; null if that never was. */
    private RouteTable<Route> unfinished;
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
        } catch (OutOfMemoryError e) {
            problem = "no memory to put all routes: file=" + plan.routesFile() + ". The table has some of them, and all"
                    + " that were there before; give the router a larger heap (-Xmx), and write the file again";
            log.accept(problem);
        }
    }

    /** @return a sentence */
    private String replace(RouteTable<Route> next) {
        RouteTable<Route> before = unfinished;
        unfinished = next;
        int put = putAll(next);
        int removed = removeAll(present, next) + (before == null ? 0 : removeAll(before, next));
        present = next;
        unfinished = null;
        return plan.routesFile() + ": " + (next.ipv4Size() + next.ipv6Size()) + " routes, " + put + " put, " + removed
                + " removed";
    }

    /** @return how many were not there */
    private int putAll(RouteTable<Route> next) {
        AtomicInteger put = new AtomicInteger();
        Deque<Entry> around = new ArrayDeque<>();   // prefixes that contain the one at hand, the longest on top
        next.forEach((network, length, target) -> {
            while (!around.isEmpty() && !around.peek().prefix.contains(network)) {
                put.addAndGet(put(around.pop()));
            }
            around.push(new Entry(new IpPrefix(network, length), target));
        });
        around.forEach(entry -> put.addAndGet(put(entry)));
        return put.get();
    }

    private int put(Entry entry) {
        Route before = table.put(entry.prefix.address(), entry.prefix.length(), entry.target);
        return entry.target.equals(before) ? 0 : 1;
    }

    /** @return how many were there */
    private int removeAll(RouteTable<Route> some, RouteTable<Route> but) {
        AtomicInteger removed = new AtomicInteger();
        some.forEach((network, length, target) -> {
            if (but.get(network, length) == null && table.remove(network, length) != null) {
                removed.incrementAndGet();
            }
        });
        return removed.get();
    }

    private record Entry(IpPrefix prefix, Route target) {
    }

    /** What was wrong with the file when it was read last; null if nothing was. */
    String problem() {
        return problem;
    }
}
