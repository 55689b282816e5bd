package org.nettytun.routing;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Readers while a writer is at work: their answers must be right at some moment during each lookup. */
class RouteTableRaceTest {
    private static final long HIGH = 0x20010db8_a5c30f96L;
    private static final long LOW = 0x5a3cf069_11d2c4b7L;
    private static final int ROUNDS = 2_000;
    private static final int READERS = 3;

    /**
     * The longer prefix comes before the shorter goes, and the reverse: there is a route at any time, though neither is
     * there all the time. The pairs lie in one node, in neighbouring nodes and far apart.
     */
    @ParameterizedTest
    @CsvSource({"0, 32", "0, 1", "8, 20", "8, 24", "12, 13", "20, 24", "22, 30", "24, 25", "8, 32", "31, 32"})
    void neverMissesAmongIpv4RoutesOfWhichOneIsAlwaysThere(int shorter, int longer) throws Exception {
        RouteTable<Integer> table = new RouteTable<>();
        int address = (int) (HIGH >>> 32);
        alternate(() -> table.lookup(address) != null,
                length -> table.put(address, length, length), length -> table.remove(address, length), shorter, longer,
                () -> table.put(~address >>> 1, 32, 1), () -> table.put(address ^ 1, 32, 1), () -> {
                    table.put(address - 0x100, 24, 1);
                    table.put(address + 0x100, 24, 1);
                });
    }

    /** Likewise. */
    @ParameterizedTest
    @CsvSource({"0, 128", "7, 9", "16, 32", "20, 33", "32, 48", "44, 48", "47, 48", "48, 64", "63, 65", "64, 128"})
    void neverMissesAmongIpv6RoutesOfWhichOneIsAlwaysThere(int shorter, int longer) throws Exception {
        RouteTable<Integer> table = new RouteTable<>();
        alternate(() -> table.lookup(HIGH, LOW) != null,
                length -> table.put(HIGH, LOW, length, length), length -> table.remove(HIGH, LOW, length),
                shorter, longer, () -> table.put(~HIGH, LOW, 64, 1), () -> table.put(HIGH, LOW ^ 1, 128, 1), () -> {
                    table.put(HIGH - 0x10000, 0, 48, 1);
                    table.put(HIGH + 0x10000, 0, 48, 1);
                });
    }

    private interface Change {
        void of(int length);
    }

    private static void alternate(BooleanSupplier routed, Change put, Change remove, int shorter, int longer,
                                  Runnable... company) throws Exception {
        for (int with = 0; with <= company.length; with++) {
            put.of(shorter);
            race(() -> assertTrue(routed.getAsBoolean()), () -> {
                for (int round = 0; round < ROUNDS; round++) {
                    put.of(longer);
                    remove.of(shorter);
                    put.of(shorter);
                    remove.of(longer);
                }
            });
            if (with < company.length) {
                company[with].run();   // what is beside them changes the shape of the subtree that they are in
            }
        }
    }

    /** What changes is one prefix; whose target is a count that only grows, and so must be what each reader sees. */
    @Test
    void neverGoesBackToAnOldAnswer() throws Exception {
        RouteTable<Integer> table = new RouteTable<>();
        table.put(0x0a070000, 24, 0);
        ThreadLocal<Integer> seen = ThreadLocal.withInitial(() -> 0);
        race(() -> {
            int now = table.lookup(0x0a070009);
            assertTrue(now >= seen.get(), () -> now + " after " + seen.get());
            seen.set(now);
        }, () -> {
            for (int count = 1; count < 100 * ROUNDS; count++) {
                table.put(0x0a070000, 24, count);
                assertEquals(count, table.lookup(0x0a070009));
                if (count % 4 == 0) {   // beside it, so that its node gets successors, too
                    table.put(0x0a070000 + (count << 8), 24, count);
                    table.remove(0x0a070000 + (count / 2 << 8), 24);
                }
            }
        });
    }

    /** Each route leads to itself: whatever a reader is told must cover what it asked for, and what stays is found. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void neverAnswersWithARouteThatDoesNotCover(boolean v4) throws Exception {
        GeneratedRoutes routes = v4 ? GeneratedRoutes.ipv4(20_000) : GeneratedRoutes.ipv6(20_000);
        RouteTable<Integer> table = new RouteTable<>();
        for (int at = 0; at < routes.size(); at++) {
            routes.put(table, at, at);
        }
        ThreadLocal<Random> randoms = ThreadLocal.withInitial(() -> new Random(Thread.currentThread().getId()));
        race(() -> {
            Random random = randoms.get();
            int asked = random.nextInt(routes.size());
            long address = routes.network(asked) | random.nextLong() & ~(-1L << -routes.length(asked));
            Integer answer = v4 ? table.lookup((int) (address >>> 32)) : table.lookup(address, 1);
            boolean stays = asked % 2 == 0;
            assertTrue(answer != null || !stays, () -> "no route to " + Long.toHexString(address));
            assertTrue(answer == null || covers(routes, answer, address)
                    && (!stays || routes.length(answer) >= routes.length(asked)),
                    () -> Long.toHexString(address) + " by way of " + answer);
        }, () -> {
            Random random = new Random(1);
            for (int round = 0; round < 50 * ROUNDS; round++) {
                int odd = random.nextInt(routes.size() / 2) * 2 + 1;
                if (random.nextBoolean()) {
                    routes.put(table, odd, odd);
                } else {
                    routes.remove(table, odd);
                }
            }
        });
    }

    private static boolean covers(GeneratedRoutes routes, int at, long address) {
        return (address ^ routes.network(at)) >>> 64 - routes.length(at) == 0;
    }

    private static void race(Runnable read, Runnable write) throws InterruptedException, ExecutionException {
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        try {
            List<Future<?>> reads = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                reads.add(readers.submit(() -> {
                    while (!done.get()) {
                        read.run();
                    }
                }));
            }
            write.run();
            done.set(true);
            for (Future<?> each : reads) {
                each.get();
            }
        } finally {
            done.set(true);
            readers.shutdownNow();
        }
    }
}
