package org.nettytun.routing;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A table like the Internet's: as many prefixes of each length, in networks that announce runs of neighbours. What it
 * holds depends on its family and size alone. A value. Addresses are of 64 bits, leftmost first: IPv4's are the upper
 * 32, of IPv6's the lower half of a network is 0.
 */
public final class GeneratedRoutes {
    /** Next hops are numbered from 0: as many as a router at a large exchange has. */
    public static final int NEXT_HOPS = 64;

    /** Prefixes of each length in 100 000, from 8 on: about what route collectors see. */
    private static final int[] SHARES4 = {1, 1, 4, 10, 30, 60, 120, 200, 1_350, 850, 1_400, 2_500, 4_300, 5_000, 11_000,
            9_700, 61_300, 300, 300, 200, 200, 200, 100, 0, 300};
    private static final int SHORTEST4 = 8;
    /** Likewise, from 19 on. */
    private static final int[] SHARES6 = {5, 30, 10, 40, 20, 60, 20, 40, 40, 400, 3_000, 400, 300, 12_000, 3_000, 1_100,
            1_000, 5_000, 600, 1_500, 500, 9_000, 600, 2_500, 500, 9_500, 1_500, 3_400, 3_000, 45_500};
    private static final int SHORTEST6 = 19;

    /** Of 100 prefixes so many follow on one of the same length, in the same network and so to the same next hop. */
    private static final int FOLLOWERS = 60;

    /** First and number of the /16s from which registries have allocated. */
    private static final int[][] REGISTRIES = {{0x2001, 1}, {0x2400, 16}, {0x2600, 16}, {0x2800, 6}, {0x2a00, 20},
            {0x2c0f, 1}};
    private static final int ALLOCATIONS = 45_000;

    private final boolean v4;
    private final long[] networks;
    private final byte[] lengths;
    private final byte[] nextHops;

    private GeneratedRoutes(boolean v4, int size) {
        this.v4 = v4;
        this.networks = new long[size];
        this.lengths = new byte[size];
        this.nextHops = new byte[size];
        Random random = new Random(size);
        long[] allocations = v4 ? null : allocations(random);
        int[] shares = v4 ? SHARES4 : SHARES6;
        int shortest = v4 ? SHORTEST4 : SHORTEST6;
        int[] latest = new int[shares.length];
        Arrays.fill(latest, -1);
        long[] known = new long[Integer.highestOneBit(size) * 4];
        int all = Arrays.stream(shares).sum();
        for (int at = 0; at < size;) {
            int which = pick(shares, random.nextInt(all));
            int length = shortest + which;
            int before = latest[which];
            boolean follows = before >= 0 && random.nextInt(100) < FOLLOWERS;
            long network = follows ? networks[before] + (1L << -length)
                    : (v4 ? random.nextLong() : inside(allocations, length, random)) & -1L << -length;
            if (isRouted(network) && add(known, network | length)) {   // the lowest byte is free, whatever the length
                networks[at] = network;
                lengths[at] = (byte) length;
                nextHops[at] = follows ? nextHops[before] : (byte) random.nextInt(NEXT_HOPS);
                latest[which] = at++;
            } else {
                latest[which] = -1;
            }
        }
    }

    /** Of IPv4; the Internet's has a million. */
    public static GeneratedRoutes ipv4(int size) {
        return new GeneratedRoutes(true, size);
    }

    /** Of IPv6; the Internet's has 200 000. */
    public static GeneratedRoutes ipv6(int size) {
        return new GeneratedRoutes(false, size);
    }

    private static int pick(int[] shares, int at) {
        int rest = at;
        int which = 0;
        while (rest >= shares[which]) {
            rest -= shares[which++];
        }
        return which;
    }

    /** A set with linear probing, for boxes would take more memory than the table; no value is 0. */
    private static boolean add(long[] set, long value) {
        int at = Long.hashCode(value * 0x9e3779b97f4a7c15L) & set.length - 1;
        while (set[at] != 0 && set[at] != value) {
            at = at + 1 & set.length - 1;
        }
        boolean added = set[at] == 0;
        set[at] = value;
        return added;
    }

    /** Most allocations are of 29 bits, so that they may grow to that; a few have most of the prefixes. */
    private static long[] allocations(Random random) {
        int[] sixteens = Arrays.stream(REGISTRIES).flatMapToInt(each ->
                IntStream.range(each[0], each[0] + each[1])).toArray();
        long[] result = new long[ALLOCATIONS];
        for (int i = 0; i < result.length; i++) {
            result[i] = (long) sixteens[random.nextInt(sixteens.length)] << 48 | (long) random.nextInt(1 << 13) << 35;
        }
        return result;
    }

    private static long inside(long[] allocations, int length, Random random) {
        double skewed = length > 32 ? Math.pow(random.nextDouble(), 2) : random.nextDouble();
        return allocations[(int) (allocations.length * skewed)] | random.nextInt() & 0xffff_ffffL;
    }

    private boolean isRouted(long network) {
        int first = (int) (network >>> 56);
        return !v4 || first > 0 && first != 10 && first != 127 && first < 224;
    }

    /** Whether it is of IPv4. */
    public boolean isV4() {
        return v4;
    }

    /** Number of routes. */
    public int size() {
        return networks.length;
    }

    /** Address of route {@code at}. */
    public long network(int at) {
        return networks[at];
    }

    /** Bits of its prefix. */
    public int length(int at) {
        return lengths[at];
    }

    /** Which of {@link #NEXT_HOPS} it leads to. */
    public int nextHop(int at) {
        return nextHops[at];
    }

    /** Some address that a random route covers. */
    public long destination(Random random) {
        int at = random.nextInt(networks.length);
        return networks[at] | random.nextLong() & ~(-1L << -lengths[at]);
    }

    /** Puts route {@code at} into a table. */
    public <T> void put(RouteTable<T> table, int at, T target) {
        if (v4) {
            table.put((int) (networks[at] >>> 32), lengths[at], target);
        } else {
            table.put(networks[at], 0, lengths[at], target);
        }
    }

    /** Removes route {@code at} from a table. */
    public void remove(RouteTable<?> table, int at) {
        if (v4) {
            table.remove((int) (networks[at] >>> 32), lengths[at]);
        } else {
            table.remove(networks[at], 0, lengths[at]);
        }
    }
}
