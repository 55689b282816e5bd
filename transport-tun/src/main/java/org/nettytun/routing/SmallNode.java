package org.nettytun.routing;

/**
 * A node of sixteen bits in which hardly any run begins, as of most networks of IPv6. Where they begin is in the object
 * itself, and all of it is compared at once: one wait for memory less than in a {@link SparseNode}, and no branch.
 */
final class SmallNode extends TrieNode {
    /** Runs of a node, at most: the first begins at slot 0, without being told. */
    static final int RUNS = 17;
    private static final int LANES = 4;
    private static final int LANE = 16;
    /** Two of a word's lanes, with a bit beside each to borrow from. */
    private static final long EVEN = 0x0000_ffff_0000_ffffL;
    private static final long BORROW = 0x0001_0000_0001_0000L;

    /** Four slots each, the lowest first. Behind the last run's are the greatest there are. */
    private final long starts0;
    private final long starts1;
    private final long starts2;
    private final long starts3;

    /** @param starts as {@link #starts(int[])} gives them, and as many as leaves */
    SmallNode(int[] starts, Object[] leaves, PrefixSet prefixes, Object inherited) {
        super(leaves, prefixes, inherited);
        long[] packed = {-1, -1, -1, -1};
        int n = 0;
        for (int word = 0; word < starts.length; word++) {
            for (int rest = starts[word]; rest != 0; rest &= rest - 1) {
                int slot = word * RunWords.SLOTS + Integer.numberOfTrailingZeros(rest);
                if (slot > 0) {
                    packed[n / LANES] ^= (slot ^ 0xffffL) << n % LANES * LANE;
                    n++;
                }
            }
        }
        starts0 = packed[0];
        starts1 = packed[1];
        starts2 = packed[2];
        starts3 = packed[3];
    }

    /** How many begin at a slot or before. */
    @Override
    int run(int slot) {
        long each = slot * 0x0000_0001_0000_0001L | BORROW;
        long sum = begun(each, starts0) + begun(each, starts1) + begun(each, starts2) + begun(each, starts3);
        int begun = (int) (sum >>> 3 * LANE) + (int) (sum >>> LANE & 0xffff);
        return Math.min(begun, leaves().length - 1);   // the last slot is behind those that do not exist, too
    }

    private static long begun(long slot, long starts) {
        return (slot - (starts & EVEN) & BORROW) + (slot - (starts >>> LANE & EVEN) & BORROW);
    }

    @Override
    int stride() {
        return SparseNode.STRIDE;
    }

    @Override
    int nextStart(int slot) {
        int run = run(slot) + 1;
        return run == leaves().length ? slots() : start(run);
    }

    private int start(int run) {
        int at = run - 1;
        long word = at < 2 * LANES ? at < LANES ? starts0 : starts1 : at < 3 * LANES ? starts2 : starts3;
        return (int) (word >>> at % LANES * LANE) & 0xffff;
    }

    @Override
    void starts(int[] into) {
        into[0] = 1;
        for (int run = 1; run < leaves().length; run++) {
            into[start(run) / RunWords.SLOTS] |= 1 << start(run);
        }
    }
}
