package org.nettytun.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Some bits of an address: the prefixes that end within them, and what each value of them, a slot, leads to. Neighbours
 * that lead to the same are one run with one leaf, so a node takes no more memory than its prefixes ask for.
 */
abstract class TrieNode extends Subtree {
    private static final VarHandle LEAF = MethodHandles.arrayElementVarHandle(Object[].class);

    /** Of each run its target, its subtree, or null: no prefix of this node covers it, and none lies below. */
    private final Object[] leaves;
    private PrefixSet prefixes;

    TrieNode(Object[] leaves, PrefixSet prefixes, Object inherited) {
        super(inherited);
        this.leaves = leaves;
        this.prefixes = prefixes;
    }

    /** Which run a slot is in. */
    abstract int run(int slot);

    /** Bits that the node looks at. */
    abstract int stride();

    /** The first slot behind {@code slot} at which a run begins, or {@link #slots()}. */
    abstract int nextStart(int slot);

    /** Sets in {@code into}, which is all zero, the bit of each slot at which a run begins: slot 0's is the lowest. */
    abstract void starts(int[] into);

    /** A target, a subtree, or null if no prefix covers the slot. */
    Object lookup(int slot) {
        Object leaf = acquire(run(slot));
        return leaf == null ? inherited() : leaf;
    }

    final Object acquire(int run) {
        return LEAF.getAcquire(leaves, run);
    }

    final Object leaf(int slot) {
        return leaves[run(slot)];
    }

    /** Never in place of null, but in a root: a reader may have seen that, and be on its way to what is inherited. */
    void leaf(int slot, Object successor) {
        LEAF.setRelease(leaves, run(slot), successor);
    }

    /** Or null. */
    final Subtree child(int slot) {
        return leaf(slot) instanceof Subtree child ? child : null;
    }

    final Object[] leaves() {
        return leaves;
    }

    final PrefixSet prefixes() {
        return prefixes;
    }

    /** Of a node that is changed in place. */
    final void prefixes(PrefixSet others) {
        prefixes = others;
    }

    final int slots() {
        return 1 << stride();
    }

    /** What the longest of this node's prefixes that cover a slot leads to, or null. */
    final Object longest(int slot) {
        return prefixes.longest(slots() | slot);
    }

    /** What a child at this slot inherits. */
    final Object legacy(int slot) {
        Object longest = longest(slot);
        return longest == null ? inherited() : longest;
    }

    @Override
    void inheritBelow(Object target) {
        for (int slot = 0; slot < slots(); slot = nextStart(slot)) {
            Subtree child = child(slot);
            if (child != null && longest(slot) == null) {
                child.inherit(target);
            }
        }
    }
}
