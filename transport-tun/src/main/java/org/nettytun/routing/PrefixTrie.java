package org.nettytun.routing;

/**
 * Longest prefix match over one family: nodes of some bits each, with subtrees of one prefix where nothing else is.
 * Looked up by any thread, changed by one at a time. Addresses are 128 bits in two longs, leftmost bit first; of IPv4
 * the leftmost 32.
 */
final class PrefixTrie {
    private static final int[] IPV4 = {12, 12, 8};
    /** Many prefixes end with bit 32 or 48: where a node ends, and an address needs no further one. */
    private static final int[] IPV6 = {16, 16, 16, 16, 16, 16, 16, 16};

    private final int[] strides;
    private final NodeBuilder builder = new NodeBuilder();
    private final DirectNode root;

    private PrefixTrie(int[] strides) {
        this.strides = strides;
        this.root = new DirectNode(strides[0]);
    }

    static PrefixTrie ipv4() {
        return new PrefixTrie(IPV4);
    }

    static PrefixTrie ipv6() {
        return new PrefixTrie(IPV6);
    }

    DirectNode root() {
        return root;
    }

    /** Of {@link #ipv4}: what the longest prefix that covers the address leads to, or null. */
    Object lookup(int address) {
        Object at = root.lookup(address >>> 20);
        if (at instanceof WideNode second) {
            at = second.lookup(address >>> 8 & 0xfff);
        }
        if (at instanceof WideNode third) {
            at = third.lookup(address & 0xff);
        }
        return at instanceof LonePrefix lone ? lone.lookup((long) address << 32, 0) : at;
    }

    /** Of {@link #ipv6}: what the longest prefix that covers the address leads to, or null. */
    Object lookup(long high, long low) {
        Object at = root.lookup((int) (high >>> 48));
        if (at instanceof TrieNode second) {
            at = lookup(second, (int) (high >>> 32) & 0xffff);
            if (at instanceof TrieNode third) {
                at = lookup(third, (int) (high >>> 16) & 0xffff);
                if (at instanceof TrieNode fourth) {
                    at = below(fourth, high, low);
                }
            }
        }
        return at instanceof LonePrefix lone ? lone.lookup(high, low) : at;
    }

    /** As {@link TrieNode#lookup}, with no more classes than a compiler inlines. */
    private static Object lookup(TrieNode node, int slot) {
        return node instanceof SmallNode small ? small.lookup(slot) : ((SparseNode) node).lookup(slot);
    }

    /** From bit 48 on. */
    private static Object below(TrieNode fourth, long high, long low) {
        Object at = lookup(fourth, (int) high & 0xffff);
        for (int shift = Long.SIZE - SparseNode.STRIDE; at instanceof TrieNode node; shift -= SparseNode.STRIDE) {
            at = lookup(node, (int) (low >>> shift) & 0xffff);
        }
        return at;
    }

    /** What this very prefix leads to, or null. */
    Object get(long high, long low, int length) {
        int level = 0;
        int depth = 0;
        Subtree at = root;
        while (at instanceof TrieNode node && length > depth + strides[level]) {
            at = node.child(slot(high, low, depth, strides[level]));
            depth += strides[level++];
        }
        if (at instanceof TrieNode node) {
            return node.prefixes().get(key(high, low, depth, strides[level], length));
        }
        return at instanceof LonePrefix lone && lone.is(high, low, length) ? lone.target() : null;
    }

    /**
     * Gives a prefix a target.
     *
     * @param target null to remove the prefix
     * @return what it led to before, or null
     */
    Object set(long high, long low, int length, Object target) {
        Object before = get(high, low, length);
        if (before != target) {
            Change change = new Change(high & mask(length), low & mask(length - Long.SIZE), length, target);
            changed(root, 0, 0, change);
        }
        return before;
    }

    /** A prefix that is to be there, or not to be (its target is null). */
    private record Change(long high, long low, int length, Object target) {
    }

    /** @return the node itself if it was changed in place, or its successor */
    private TrieNode changed(TrieNode node, int level, int depth, Change change) {
        int stride = strides[level];
        if (change.length <= depth + stride) {
            int key = key(change.high, change.low, depth, stride, change.length);
            return change.target == null ? builder.without(node, key) : builder.with(node, key, change.target);
        }
        int slot = slot(change.high, change.low, depth, stride);
        Subtree child = node.child(slot);
        Subtree successor = child == null
                ? new LonePrefix(change.high, change.low, change.length, change.target, node.legacy(slot))
                : changed(child, level + 1, depth + stride, change);
        if (successor == child) {
            return node;
        }
        if (child == null || successor == null) {
            return builder.withChild(node, slot, successor);
        }
        node.leaf(slot, successor);
        return node;
    }

    /** @return the subtree itself if it was changed in place, its successor, or null if nothing is left of it */
    private Subtree changed(Subtree subtree, int level, int depth, Change change) {
        if (subtree instanceof TrieNode node) {
            TrieNode successor = changed(node, level, depth, change);
            return change.target == null ? collapsed(successor, depth, change) : successor;
        }
        LonePrefix lone = (LonePrefix) subtree;
        if (lone.is(change.high, change.low, change.length)) {
            if (change.target != null) {
                lone.target(change.target);
            }
            return change.target == null ? null : lone;
        }
        TrieNode node = builder.empty(strides[level], lone.inherited());
        Change first = new Change(lone.high(), lone.low(), lone.length(), lone.target());
        return changed(changed(node, level, depth, first), level, depth, change);
    }

    /** A node of one prefix alone, or of one child that is such, becomes that. */
    private static Subtree collapsed(TrieNode node, int depth, Change removed) {
        Object only = null;
        for (Object leaf : node.leaves()) {
            if (leaf != null && only != null) {
                return node;
            }
            only = leaf == null ? only : leaf;
        }
        int prefixes = node.prefixes().size();
        if (prefixes == 0 && only instanceof LonePrefix lone) {
            return lone;
        }
        if (prefixes != 1 || only instanceof Subtree) {
            return node;
        }
        int key = node.prefixes().key(0);
        int length = depth + PrefixSet.length(key);
        long bits = (long) PrefixSet.bits(key) << -length;
        long high = removed.high & mask(depth) | (depth < Long.SIZE ? bits : 0);
        long low = removed.low & mask(depth - Long.SIZE) | (depth < Long.SIZE ? 0 : bits);
        return new LonePrefix(high, low, length, only, node.inherited());
    }

    /** Calls {@code visitor} with each prefix, in the order of addresses, the shorter first. */
    void forEach(PrefixVisitor visitor) {
        forEach(root, 0, 0, 0, 0, visitor);
    }

    private void forEach(Subtree subtree, int level, int depth, long high, long low, PrefixVisitor visitor) {
        if (subtree instanceof LonePrefix lone) {
            visitor.prefix(lone.high(), lone.low(), lone.length(), lone.target());
            return;
        }
        TrieNode node = (TrieNode) subtree;
        int end = depth + strides[level];
        Contents contents = new Contents();
        contents.collect(node, node.prefixes(), PrefixSet.ALL);
        for (int at = 0; at < contents.size(); at++) {
            long bits = (long) contents.slot(at) << -end;
            long atHigh = depth < Long.SIZE ? high | bits : high;
            long atLow = depth < Long.SIZE ? low : low | bits;
            if (contents.isChild(at)) {
                forEach(node.child(contents.slot(at)), level + 1, end, atHigh, atLow, visitor);
            } else {
                int index = contents.index(at);
                visitor.prefix(atHigh, atLow, depth + PrefixSet.length(node.prefixes().key(index)),
                        node.prefixes().target(index));
            }
        }
    }

    /** Likewise of a prefix, in two halves. */
    interface PrefixVisitor {
        void prefix(long high, long low, int length, Object target);
    }

    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= Long.SIZE ? -1 : -1L << Long.SIZE - bits;
    }

    /** No node looks at bits of both halves. */
    private static int slot(long high, long low, int depth, int stride) {
        return (int) ((depth < Long.SIZE ? high : low) >>> -(depth + stride)) & (1 << stride) - 1;
    }

    private static int key(long high, long low, int depth, int stride, int length) {
        return (1 << stride | slot(high, low, depth, stride)) >>> depth + stride - length;
    }
}
