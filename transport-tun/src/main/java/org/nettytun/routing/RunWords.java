package org.nettytun.routing;

/**
 * Where runs begin, in words of 32 slots: the lower half has a bit for each slot at which one begins, slot 0 in the
 * lowest; the upper half counts those that begin before.
 */
final class RunWords {
    /** Slots of a word. */
    static final int SLOTS = Integer.SIZE;

    private RunWords() {
    }

    /**
     * Fills words {@code at} to {@code at + n}.
     *
     * @param before runs that begin before them
     * @return with those that begin in them
     */
    static int fill(long[] words, int at, int[] starts, int from, int n, int before) {
        int runs = before;
        for (int i = 0; i < n; i++) {
            words[at + i] = (long) runs << Integer.SIZE | Integer.toUnsignedLong(starts[from + i]);
            runs += Integer.bitCount(starts[from + i]);
        }
        return runs;
    }

    /** @param slot counted from the first word's; only its last bits matter when the word is known */
    static int run(long word, int slot) {
        return (int) (word >>> Integer.SIZE) + Integer.bitCount((int) word << ~slot) - 1;
    }

    /** The first slot at which a run begins, from {@code slot} on, counted from word {@code at}; or {@code n * 32}. */
    static int nextStart(long[] words, int at, int n, int slot) {
        for (int next = slot; next < n * SLOTS; next = (next | SLOTS - 1) + 1) {
            int rest = (int) words[at + next / SLOTS] >>> next;
            if (rest != 0) {
                return next + Integer.numberOfTrailingZeros(rest);
            }
        }
        return n * SLOTS;
    }
}
