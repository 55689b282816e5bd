package org.nettytun.routing;

import java.util.Arrays;

/** Makes nodes, and successors of nodes. Belongs to the writer; has the scratch memory for it. */
final class NodeBuilder {
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
        return with(node, key, node.prefixes().with(key, target));
    }

    /** @return the node itself if it could be changed in place, or its successor */
    TrieNode without(TrieNode node, int key) {
        return with(node, key, node.prefixes().without(key));
    }

    private TrieNode with(TrieNode node, int key, PrefixSet prefixes) {
        runs.paint(node, prefixes, key);
        if (node instanceof DirectNode root) {
            root.prefixes(prefixes);
            runs.storeIn(root);
            return root;
        }
        runs.join(node);
        if (prefixes == node.prefixes() && runs.sameStarts(node)) {
            runs.storeRunsIn(node);
            return node;
        }
        return successor(node, prefixes);
    }

    /**
     * Adds a child, or removes one.
     *
     * @param child null to remove it
     * @return the node itself if it could be changed in place, or its successor
     */
    TrieNode withChild(TrieNode node, int slot, Subtree child) {
        runs.paint(slot, child == null ? node.longest(slot) : child);
        if (node instanceof DirectNode root) {
            runs.storeIn(root);
            return root;
        }
        runs.join(node);
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
        if (stride != SparseNode.STRIDE) {
            return new WideNode(stride, starts, leaves, prefixes, inherited);
        }
        if (leaves.length <= SmallNode.RUNS) {
            return new SmallNode(starts, leaves, prefixes, inherited);
        }
        keep();
        return new SparseNode(starts, kept, leaves, prefixes, inherited);
    }

    /** Fills {@link #kept}. */
    private void keep() {
        Arrays.fill(kept, 0);
        for (int group = 0; group < SparseNode.GROUPS; group++) {
            int any = 0;
            for (int word = group * SparseNode.WORDS; word < (group + 1) * SparseNode.WORDS; word++) {
                any |= starts[word];
            }
            kept[group / Long.SIZE] |= (any == 0 ? 0L : 1L) << group;
        }
    }
}
