package org.nettytun.routing;

import java.util.Arrays;

/** The runs of a stretch of a node's slots, while they are made anew. Belongs to the writer. */
final class RunList {
    /** What covers all, a prefix of each length from 0 on, and a child. */
    private static final int DEEPEST = SparseNode.STRIDE + 3;

    private final Contents contents = new Contents();
    private int[] slots = new int[64];
    private Object[] leaves = new Object[64];
    private int n;
    private int from;
    private int to;

    /** What covers the slot at hand, the longest on top: up to which slot, and what it leads to. */
    private final int[] ends = new int[DEEPEST];
    private final Object[] covers = new Object[DEEPEST];
    private int top;

    /** The one slot leads to this leaf. */
    void paint(int slot, Object leaf) {
        begin(slot, slot + 1);
        add(slot, leaf);
    }

    /** The slots that a key covers lead to their longest prefixes, and to the children that the node has there. */
    void paint(TrieNode node, PrefixSet prefixes, int key) {
        int stride = node.stride();
        int first = PrefixSet.firstSlot(key, stride);
        begin(first, first + (1 << stride - PrefixSet.length(key)));
        contents.collect(node, prefixes, key);
        top = -1;
        cover(from, to, prefixes.longest(key >>> 1));
        for (int at = 0; at < contents.size(); at++) {
            int slot = contents.slot(at);
            uncover(slot);
            if (contents.isChild(at)) {
                Subtree child = node.child(slot);
                child.inherit(covers[top] == null ? node.inherited() : covers[top]);
                cover(slot, slot + 1, child);
            } else {
                int index = contents.index(at);
                int free = stride - PrefixSet.length(prefixes.key(index));
                cover(slot, slot + (1 << free), prefixes.target(index));
            }
        }
        uncover(to - 1);
    }

    private void cover(int slot, int end, Object leaf) {
        top++;
        ends[top] = end;
        covers[top] = leaf;
        add(slot, leaf);
    }

    /** Takes off what ends at {@code slot} or before. */
    private void uncover(int slot) {
        while (ends[top] <= slot) {
            int end = ends[top--];
            add(end, covers[top]);
        }
    }

    private void begin(int first, int end) {
        n = 0;
        from = first;
        to = end;
    }

    private void add(int slot, Object leaf) {
        if (n > 0 && slots[n - 1] == slot) {
            n--;   // something longer begins there, too
        }
        if (n == slots.length) {
            slots = Arrays.copyOf(slots, 2 * n);
            leaves = Arrays.copyOf(leaves, 2 * n);
        }
        slots[n] = slot;
        leaves[n++] = leaf;
    }

    /** Stores each slot's leaf. */
    void storeIn(DirectNode node) {
        for (int i = 0; i < n; i++) {
            int end = i + 1 < n ? slots[i + 1] : to;
            for (int slot = slots[i]; slot < end; slot++) {
                node.leaf(slot, leaves[i]);
            }
        }
    }

    /** Joins runs that lead to the same; the last is what comes behind, which may begin there now, or no more. */
    void join(TrieNode node) {
        if (to < node.slots()) {
            add(to, node.leaf(to));
        }
        int joined = 0;
        Object before = from == 0 ? null : node.leaf(from - 1);
        for (int i = 0; i < n; i++) {
            if (slots[i] == 0 || leaves[i] != before) {
                before = leaves[i];
                slots[joined] = slots[i];
                leaves[joined++] = before;
            }
        }
        n = joined;
    }

    /** The last slot that may begin or cease to begin a run. */
    private int last(TrieNode node) {
        return Math.min(to, node.slots() - 1);
    }

    private int runsBefore(TrieNode node) {
        return from == 0 ? 0 : node.run(from - 1) + 1;
    }

    /** Whether the node's own begin at the same slots. */
    boolean sameStarts(TrieNode node) {
        int i = 0;
        for (int slot = from == 0 ? 0 : node.nextStart(from - 1); slot <= last(node); slot = node.nextStart(slot)) {
            if (i == n || slots[i++] != slot) {
                return false;
            }
        }
        return i == n;
    }

    /** Stores each run's leaf. */
    void storeRunsIn(TrieNode node) {
        for (int i = 0; i < n; i++) {
            node.leaf(slots[i], leaves[i]);
        }
    }

    /**
     * Puts these runs in place of the node's.
     *
     * @param starts the node's; changed
     * @return the leaves of all
     */
    Object[] splice(TrieNode node, int[] starts) {
        int end = last(node);
        for (int slot = from; slot <= end; slot = (slot | RunWords.SLOTS - 1) + 1) {
            int lastOfWord = Math.min(end, slot | RunWords.SLOTS - 1);
            starts[slot / RunWords.SLOTS] &= ~(-1 << slot & -1 >>> ~lastOfWord);
        }
        for (int i = 0; i < n; i++) {
            starts[slots[i] / RunWords.SLOTS] |= 1 << slots[i];
        }
        Object[] old = node.leaves();
        int before = runsBefore(node);
        int behind = node.run(end) + 1;
        Object[] result = new Object[before + n + old.length - behind];
        System.arraycopy(old, 0, result, 0, before);
        System.arraycopy(leaves, 0, result, before, n);
        System.arraycopy(old, behind, result, before + n, old.length - behind);
        return result;
    }
}
