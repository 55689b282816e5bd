package org.nettytun.benchmarks.routes;

import org.nettytun.routing.GeneratedRoutes;
import org.nettytun.routing.RouteTable;

import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * One table's life, in a process of its own: it is loaded, weighed, and changed while another thread looks up. Prints a
 * line for each figure: {@code FIGURE VALUE}.
 */
final class ChurnMain {
    /** Before the first table: bytes of the heap. */
    static final String EMPTY = "empty";
    /** Milliseconds for all routes, one by one. */
    static final String LOAD = "load";
    /** Bytes of the heap. */
    static final String IPV4 = "ipv4";
    /** Bytes of the heap. */
    static final String IPV6 = "ipv6";
    /** A second. */
    static final String CHANGES = "changes";
    /** A second, meanwhile. */
    static final String LOOKUPS = "lookups";
    /** Bytes that the heap may have at most. */
    static final String MOST = "most";

    private static final int ROUTES4 = 1_000_000;
    private static final int ROUTES6 = 200_000;
    private static final int DESTINATIONS = 1 << 17;
    private static final int BATCH = 64;

    private final RouteTable<String> table = new RouteTable<>();
    private final String[] hops = IntStream.range(0, GeneratedRoutes.NEXT_HOPS).mapToObj(Integer::toString)
            .toArray(String[]::new);
    private volatile boolean done;
    private volatile long lookups;
    private volatile long misses;

    private ChurnMain() {
    }

    /** @param arguments for how many milliseconds to change it */
    public static void main(String... arguments) throws InterruptedException {
        new ChurnMain().run(Long.parseLong(arguments[0]));
    }

    private void run(long millis) throws InterruptedException {
        GeneratedRoutes ipv4 = GeneratedRoutes.ipv4(ROUTES4);
        GeneratedRoutes ipv6 = GeneratedRoutes.ipv6(ROUTES6);
        int[] destinations = new Random(2).ints(DESTINATIONS).toArray();
        long empty = used();
        say(EMPTY, empty);
        long nanos = load(ipv4);
        long with4 = used();
        nanos += load(ipv6);
        long with6 = used();
        say(LOAD, nanos / 1e6);
        say(IPV4, with4 - empty);
        say(IPV6, with6 - with4);
        Thread reader = new Thread(() -> lookup(destinations), "lookup");
        reader.start();
        long start = System.nanoTime();
        long changes = change(new GeneratedRoutes[]{ipv4, ipv6}, start + millis * 1_000_000);
        double seconds = (System.nanoTime() - start) / 1e9;
        done = true;
        reader.join();
        say(CHANGES, changes / seconds);
        say(LOOKUPS, lookups / seconds);
        say(MOST, Runtime.getRuntime().maxMemory());
    }

    private long load(GeneratedRoutes routes) {
        long start = System.nanoTime();
        for (int at = 0; at < routes.size(); at++) {
            routes.put(table, at, hops[routes.nextHop(at)]);
        }
        return System.nanoTime() - start;
    }

    /** Half get another next hop, half are withdrawn and announced again; five of IPv4 to one of IPv6. */
    private long change(GeneratedRoutes[] families, long end) {
        Random random = new Random(1);
        long changes = 0;
        while (System.nanoTime() < end) {
            for (int i = 0; i < BATCH; i++) {
                GeneratedRoutes routes = families[random.nextInt(6) / 5];
                int at = random.nextInt(routes.size());
                if (random.nextInt(2) == 0) {
                    routes.remove(table, at);
                    changes++;
                }
                routes.put(table, at, hops[random.nextInt(hops.length)]);
                changes++;
            }
        }
        return changes;
    }

    private void lookup(int[] destinations) {
        long count = 0;
        long missed = 0;
        while (!done) {
            for (int each : destinations) {
                missed += table.lookup(each) == null ? 1 : 0;
            }
            count += destinations.length;
        }
        lookups = count;
        misses = missed;
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void say(String figure, double value) {
        System.out.printf(Locale.ROOT, "%s %.1f%n", figure, value);
    }
}
