package org.nettytun.routing;

/**
 * The root: it has a place for each slot, and all changes are in place. It inherits nothing, so what a reader finds in
 * place of null is as right as null was.
 */
final class DirectNode extends TrieNode {
    DirectNode(int stride) {
        super(new Object[1 << stride], PrefixSet.EMPTY, null);
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
        return slot + 1;
    }

    @Override
    void starts(int[] into) {
        throw new UnsupportedOperationException("a root has no successor");
    }
}
