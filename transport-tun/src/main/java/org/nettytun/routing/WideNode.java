package org.nettytun.routing;

/** A node in which runs begin all over. */
final class WideNode extends TrieNode {
    private final long[] words;

    /** @param starts as {@link #starts(int[])} gives them, and more words */
    WideNode(int stride, int[] starts, Object[] leaves, PrefixSet prefixes, Object inherited) {
        super(leaves, prefixes, inherited);
        words = new long[(1 << stride) / RunWords.SLOTS];
        RunWords.fill(words, 0, starts, 0, words.length, 0);
    }

    @Override
    int run(int slot) {
        return RunWords.run(words[slot / RunWords.SLOTS], slot);
    }

    @Override
    int stride() {
        return Integer.numberOfTrailingZeros(words.length * RunWords.SLOTS);
    }

    @Override
    int nextStart(int slot) {
        return RunWords.nextStart(words, 0, words.length, slot + 1);
    }

    @Override
    void starts(int[] into) {
        for (int i = 0; i < words.length; i++) {
            into[i] = (int) words[i];
        }
    }
}
