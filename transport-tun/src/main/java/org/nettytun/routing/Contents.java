package org.nettytun.routing;

import java.util.Arrays;

/**
 * What is in a node, in the order of addresses: its prefixes, of those that begin at the same slot the shorter first,
 * and behind them the slot's child.
 */
final class Contents {
    private static final int SLOT_SHIFT = 32;
    private static final int ORDER_SHIFT = 24;
    /** Behind the longest prefix. */
    private static final long CHILD = 1L << SLOT_SHIFT - ORDER_SHIFT - 1 << ORDER_SHIFT;

    private long[] entries = new long[64];
    private int n;

    /** Of the slots that a key covers. */
    void collect(TrieNode node, PrefixSet prefixes, int key) {
        n = 0;
        int stride = node.stride();
        for (int deeper = 0; deeper <= stride - PrefixSet.length(key); deeper++) {
            int end = prefixes.firstFrom(key + 1 << deeper);
            for (int index = prefixes.firstFrom(key << deeper); index < end; index++) {
                int each = prefixes.key(index);
                add(PrefixSet.firstSlot(each, stride), (long) PrefixSet.length(each) << ORDER_SHIFT | index);
            }
        }
        int from = PrefixSet.firstSlot(key, stride);
        int to = from + (1 << stride - PrefixSet.length(key));
        for (int slot = from; slot < to; slot = node.nextStart(slot)) {
            if (node.child(slot) != null) {
                add(slot, CHILD);
            }
        }
        Arrays.sort(entries, 0, n);
    }

    private void add(int slot, long orderAndIndex) {
        if (n == entries.length) {
            entries = Arrays.copyOf(entries, 2 * n);
        }
        entries[n++] = (long) slot << SLOT_SHIFT | orderAndIndex;
    }

    int size() {
        return n;
    }

    int slot(int at) {
        return (int) (entries[at] >>> SLOT_SHIFT);
    }

    boolean isChild(int at) {
        return (entries[at] & CHILD) != 0;
    }

    /** Into the prefixes. */
    int index(int at) {
        return (int) entries[at] & (1 << ORDER_SHIFT) - 1;
    }
}
