package org.nettytun.routing;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A table of the Internet's size: a million routes of IPv4, 200 000 of IPv6. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FullTableTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int MIB = 1 << 20;

    private final GeneratedRoutes ipv4 = GeneratedRoutes.ipv4(1_000_000);
    private final GeneratedRoutes ipv6 = GeneratedRoutes.ipv6(200_000);
    private final Integer[] hops = new Integer[GeneratedRoutes.NEXT_HOPS];
    private RouteTable<Integer> table;
    private long bytes4;

    @BeforeAll
    void load(TestReporter reporter) {
        for (int hop = 0; hop < hops.length; hop++) {
            hops[hop] = hop;
        }
        long empty = used();
        table = new RouteTable<>();
        long start = System.nanoTime();
        put(ipv4);
        long nanos = System.nanoTime() - start;
        bytes4 = used() - empty;
        start = System.nanoTime();
        put(ipv6);
        nanos += System.nanoTime() - start;
        reporter.publishEntry(Map.of("load", nanos / 1_000_000 + " ms", "IPv4", bytes4 / MIB + " MiB",
                "IPv6", (used() - empty - bytes4) / MIB + " MiB"));
    }

    private void put(GeneratedRoutes routes) {
        for (int at = 0; at < routes.size(); at++) {
            routes.put(table, at, hops[routes.nextHop(at)]);
        }
    }

    @Test
    void takesNoMoreMemoryThanAllowed() {
        assertTrue(bytes4 < 48 * MIB, () -> "bytes=" + bytes4);
    }

    /** Against a map for each length, the longest asked first. */
    @Test
    void agreesWithTheRoutesItWasGiven() {
        agrees(ipv4);
        agrees(ipv6);
    }

    private void agrees(GeneratedRoutes routes) {
        Map<Long, Integer> model = new HashMap<>();
        for (int at = 0; at < routes.size(); at++) {
            model.put(routes.network(at) | routes.length(at), routes.nextHop(at));
        }
        assertEquals(routes.size(), model.size());
        Random random = new Random(7);
        for (int i = 0; i < 300_000; i++) {
            long address = i % 2 == 0 ? routes.destination(random) : random.nextLong();
            Integer expected = null;
            for (int length = routes.isV4() ? 32 : 64; length > 0 && expected == null; length--) {
                expected = model.get(address & -1L << -length | length);
            }
            assertEquals(expected, lookup(routes, address), () -> Long.toHexString(address));
        }
    }

    private Integer lookup(GeneratedRoutes routes, long address) {
        return routes.isV4() ? table.lookup((int) (address >>> 32)) : table.lookup(address, 1);
    }

    @Test
    void showsAsManyRoutesAsItHas() {
        int[] seen = new int[2];
        table.forEach((network, length, target) -> seen[network.getAddress().length / 16]++);
        assertEquals(ipv4.size(), seen[0]);
        assertEquals(ipv6.size(), seen[1]);
        assertEquals(ipv4.size(), table.ipv4Size());
        assertEquals(ipv6.size(), table.ipv6Size());
    }

    @Test
    void lookupsAllocateNothing() {
        long[] destinations = new Random(3).longs(100_000).toArray();
        int found = 0;
        long before = 0;
        for (int round = 0; round < 2; round++) {   // the first has classes loaded
            before = allocated();
            for (long each : destinations) {
                found += lookup(ipv4, each) == null ? 0 : 1;
                found += lookup(ipv6, 0x2a00_0000_0000_0000L | each >>> 8) == null ? 0 : 1;
            }
        }
        assertEquals(0, (allocated() - before) / destinations.length);
        assertTrue(found > destinations.length);
    }

    /** A change makes a new node at most, never a new table: a few kilobytes of 15 million bytes. */
    @Test
    void aChangeCopiesNoMoreThanANode() {
        Random random = new Random(5);
        for (GeneratedRoutes routes : new GeneratedRoutes[]{ipv4, ipv6}) {
            int changes = 20_000;
            long before = allocated();
            for (int i = 0; i < changes; i++) {
                int at = random.nextInt(routes.size());
                routes.remove(table, at);
                routes.put(table, at, hops[routes.nextHop(at)]);
            }
            long perChange = (allocated() - before) / (2 * changes);
            assertTrue(perChange < 8192, () -> "bytes a change=" + perChange);
        }
    }

    private static long allocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
