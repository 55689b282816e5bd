package org.nettytun.routing;

/**
 * A node of sixteen bits in which more runs begin than in a {@link SmallNode}. Its slots are in 256 groups, and only
 * groups in which one begins have words. Which ones do is in fields, not in an array, which would be one more line of
 * memory to wait for.
 */
final class SparseNode extends TrieNode {
    static final int STRIDE = 16;
    static final int GROUPS = 256;
    /** Words of a group. */
    static final int WORDS = 8;
    private static final int GROUP_SLOTS = WORDS * RunWords.SLOTS;

    /** A bit for each group that has words: the first always has. */
    private final long kept0;
    private final long kept1;
    private final long kept2;
    private final long kept3;
    /** A byte for each of these, the first in the lowest: how many groups before it have words. */
    private final int keptBefore;
    private final long[] words;

    /**
     * @param starts as {@link #starts(int[])} gives them
     * @param kept   a bit for each group in which a run begins
     */
    SparseNode(int[] starts, long[] kept, Object[] leaves, PrefixSet prefixes, Object inherited) {
        super(leaves, prefixes, inherited);
        kept0 = kept[0];
        kept1 = kept[1];
        kept2 = kept[2];
        kept3 = kept[3];
        int second = Long.bitCount(kept0);
        int third = second + Long.bitCount(kept1);
        int fourth = third + Long.bitCount(kept2);
        keptBefore = second << 8 | third << 16 | fourth << 24;
        words = new long[(fourth + Long.bitCount(kept3)) * WORDS];
        int at = 0;
        int runs = 0;
        for (int group = 0; group < GROUPS; group = nextKept(group + 1)) {
            runs = RunWords.fill(words, at, starts, group * WORDS, WORDS, runs);
            at += WORDS;
        }
    }

    /** Without a branch, for which way it goes nobody could guess. */
    @Override
    int run(int slot) {
        int group = slot / GROUP_SLOTS;
        long kept = keptAround(group);
        int missing = ((int) (kept >>> group) & 1) - 1;
        int in = (slot | missing) & GROUP_SLOTS - 1;   // a group without words goes on as the one before it ends
        return RunWords.run(words[wordsAt(kept, group) + in / RunWords.SLOTS], in);
    }

    private long keptAround(int group) {
        long odd = -(long) (group >>> 6 & 1);
        long upper = -(long) (group >>> 7);
        long low = kept0 ^ (kept0 ^ kept1) & odd;
        long high = kept2 ^ (kept2 ^ kept3) & odd;
        return low ^ (low ^ high) & upper;
    }

    /** Of the group, or of the last before it that has any. */
    private int wordsAt(long kept, int group) {
        int before = keptBefore >>> group / Long.SIZE * Byte.SIZE & 0xff;
        return (before + Long.bitCount(kept << ~group) - 1) * WORDS;
    }

    private int nextKept(int group) {
        for (int next = group; next < GROUPS; next = (next | Long.SIZE - 1) + 1) {
            long rest = keptAround(next) >>> next;
            if (rest != 0) {
                return next + Long.numberOfTrailingZeros(rest);
            }
        }
        return GROUPS;
    }

    @Override
    int stride() {
        return STRIDE;
    }

    @Override
    int nextStart(int slot) {
        int from = slot + 1;
        for (int group = nextKept(from / GROUP_SLOTS); group < GROUPS; group = nextKept(group + 1)) {
            int start = RunWords.nextStart(words, wordsAt(keptAround(group), group), WORDS,
                    Math.max(0, from - group * GROUP_SLOTS));
            if (start < GROUP_SLOTS) {
                return group * GROUP_SLOTS + start;
            }
        }
        return slots();
    }

    @Override
    void starts(int[] into) {
        int at = 0;
        for (int group = 0; group < GROUPS; group = nextKept(group + 1)) {
            for (int word = group * WORDS; word < (group + 1) * WORDS; word++) {
                into[word] = (int) words[at++];
            }
        }
    }
}
