package org.nettytun.routing;

/**
 * A node that has a place for each slot: for one load from memory where others take two, it takes the memory of all its
 * slots. All changes are in place, so no slot is left to what is inherited: that is in each slot that nothing covers.
 */
final class DirectNode extends TrieNode {
    private final boolean root;
    private int children;

    /** A root. */
    DirectNode(int stride) {
        super(new Object[1 << stride], PrefixSet.EMPTY, null);
        root = true;
    }

    /** Leads where another node does. */
    DirectNode(TrieNode node) {
        super(new Object[node.slots()], node.prefixes(), node.inherited());
        root = false;
        for (int slot = 0; slot < slots(); slot++) {
            leaf(slot, node.leaf(slot));
        }
    }

    /** A root is nobody's child, and stays what it is. */
    boolean isRoot() {
        return root;
    }

    @Override
    Object lookup(int slot) {
        return acquire(slot);
    }

    @Override
    int run(int slot) {
        return slot;
    }

    @Override
    int stride() {
        return Integer.numberOfTrailingZeros(leaves().length);
    }

    @Override
    int nextStart(int slot) {
        int next = slot + 1;
        while (next < slots() && leaf(next) == leaf(slot)) {
            next++;
        }
        return next;
    }

    @Override
    void starts(int[] into) {
        for (int slot = 0; slot < slots(); slot = nextStart(slot)) {
            into[slot / RunWords.SLOTS] |= 1 << slot;
        }
    }

    /** @param leaf null for what is inherited */
    @Override
    void leaf(int slot, Object leaf) {
        Object before = leaf(slot);
        Object after = leaf == null ? inherited() : leaf;
        if (before != after) {
            children += (after instanceof Subtree ? 1 : 0) - (before instanceof Subtree ? 1 : 0);
            super.leaf(slot, after);
        }
    }

    /** Prefixes and children. */
    int size() {
        return prefixes().size() + children;
    }

    @Override
    void inheritBelow(Object target) {
        Contents contents = new Contents();
        contents.collect(this, prefixes(), PrefixSet.ALL);
        int open = 0;   // up to here it has been told, or is covered
        for (int at = 0; at < contents.size(); at++) {
            int slot = contents.slot(at);
            fill(open, slot);
            if (!contents.isChild(at)) {
                int free = stride() - PrefixSet.length(prefixes().key(contents.index(at)));
                open = Math.max(open, slot + (1 << free));
            } else if (slot >= open) {
                child(slot).inherit(target);
                open = slot + 1;
            }
        }
        fill(open, slots());
    }

    private void fill(int from, int to) {
        for (int slot = from; slot < to; slot++) {
            leaf(slot, null);
        }
    }
}
