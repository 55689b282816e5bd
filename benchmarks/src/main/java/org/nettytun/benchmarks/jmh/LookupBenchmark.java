package org.nettytun.benchmarks.jmh;

import org.nettytun.routing.GeneratedRoutes;
import org.nettytun.routing.RouteTable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** One lookup in a table of the Internet's size, random destinations. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LookupBenchmark {
    /** A system property: the tables are smaller by so much, when it is only to be seen that this runs. */
    static final String SMALLER = "org.nettytun.benchmarks.smaller";

    private static final int ROUTES4 = 1_000_000 / Integer.getInteger(SMALLER, 1);
    private static final int ROUTES6 = 200_000 / Integer.getInteger(SMALLER, 1);
    /** More than routes of IPv6, and no more than their few megabytes: a packet's address is in the cache, too. */
    private static final int DESTINATIONS = 1 << 19;

    private final RouteTable<String> table = new RouteTable<>();
    private final int[] destinations4 = new int[DESTINATIONS];
    private final int[] anywhere = new int[DESTINATIONS];
    private final long[] destinations6 = new long[DESTINATIONS];
    private int next;

    /** For JMH. */
    public LookupBenchmark() {
    }

    /** Fills the table. */
    @Setup
    public void fill() {
        String[] hops = IntStream.range(0, GeneratedRoutes.NEXT_HOPS).mapToObj(Integer::toString)
                .toArray(String[]::new);
        GeneratedRoutes routes4 = put(GeneratedRoutes.ipv4(ROUTES4), hops);
        GeneratedRoutes routes6 = put(GeneratedRoutes.ipv6(ROUTES6), hops);
        Random random = new Random(1);
        for (int i = 0; i < DESTINATIONS; i++) {
            destinations4[i] = (int) (routes4.destination(random) >>> Integer.SIZE);
            destinations6[i] = routes6.destination(random);
            anywhere[i] = random.nextInt();
            if (table.lookup(destinations4[i]) == null || table.lookup(destinations6[i], i) == null) {
                throw new IllegalStateException("no route to a destination of the table's own");
            }
        }
    }

    private GeneratedRoutes put(GeneratedRoutes routes, String[] hops) {
        for (int at = 0; at < routes.size(); at++) {
            routes.put(table, at, hops[routes.nextHop(at)]);
        }
        return routes;
    }

    private int next() {
        next = next + 1 & DESTINATIONS - 1;
        return next;
    }

    /** What JMH itself and the destinations cost. */
    @Benchmark
    public int destination() {
        return destinations4[next()];
    }

    /** Inside any of the routes, one as likely as another. */
    @Benchmark
    public String ipv4() {
        return table.lookup(destinations4[next()]);
    }

    /** Any address, whether there is a route or not. */
    @Benchmark
    public String ipv4Anywhere() {
        return table.lookup(anywhere[next()]);
    }

    /** Inside any of the routes, one as likely as another. */
    @Benchmark
    public String ipv6() {
        int at = next();
        return table.lookup(destinations6[at], at);
    }
}
