package org.nettytun.routing;

import java.util.Arrays;

/** Makes nodes, and successors of nodes. Belongs to the writer; has the scratch memory for it. */
final class NodeBuilder {
    /** A node of which so many groups have words might as well give words to all. */
    private static final int MANY_GROUPS = SparseNode.GROUPS / 2;

    private final RunList runs = new RunList();
    private final int[] starts = new int[SparseNode.GROUPS * SparseNode.WORDS];
    private final long[] kept = new long[SparseNode.GROUPS / Long.SIZE];

    /** Without a prefix, without a child. */
    TrieNode empty(int stride, Object inherited) {
        Arrays.fill(starts, 0);
        starts[0] = 1;
        return node(stride, new Object[1], PrefixSet.EMPTY, inherited);
    }

    /** @return the node itself if it could be changed in place, or its successor */
    TrieNode with(TrieNode node, int key, Object target) {
        PrefixSet prefixes = node.prefixes().with(key, target);
        runs.paint(node, prefixes, key);
        if (prefixes == node.prefixes() && runs.sameStarts(node)) {
            runs.storeIn(node);
            return node;
        }
        return successor(node, prefixes);
    }

    /** @return the node's successor */
    TrieNode without(TrieNode node, int key) {
        PrefixSet prefixes = node.prefixes().without(key);
        runs.paint(node, prefixes, key);
        return successor(node, prefixes);
    }

    /**
     * @param child null to remove it
     * @return the node's successor
     */
    TrieNode withChild(TrieNode node, int slot, Subtree child) {
        runs.paint(node, slot, child == null ? node.longest(slot) : child);
        return successor(node, node.prefixes());
    }

    /** With {@link #runs} in place of those that the node has there. */
    private TrieNode successor(TrieNode node, PrefixSet prefixes) {
        Arrays.fill(starts, 0);
        node.starts(starts);
        return node(node.stride(), runs.splice(node, starts), prefixes, node.inherited());
    }

    /** With {@link #starts}. */
    private TrieNode node(int stride, Object[] leaves, PrefixSet prefixes, Object inherited) {
        return stride == SparseNode.STRIDE && groups() < MANY_GROUPS
                ? new SparseNode(starts, kept, leaves, prefixes, inherited)
                : new WideNode(stride, starts, leaves, prefixes, inherited);
    }

    /** Fills {@link #kept}; returns how many. */
    private int groups() {
        Arrays.fill(kept, 0);
        int n = 0;
        for (int group = 0; group < SparseNode.GROUPS; group++) {
            int any = 0;
            for (int word = group * SparseNode.WORDS; word < (group + 1) * SparseNode.WORDS; word++) {
                any |= starts[word];
            }
            if (any != 0) {
                kept[group / Long.SIZE] |= 1L << group;
                n++;
            }
        }
        return n;
    }
}
