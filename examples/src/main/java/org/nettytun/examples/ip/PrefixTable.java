package org.nettytun.examples.ip;

import org.nettytun.linux.IpPrefix;

import java.net.InetAddress;

/**
 * Longest prefix match over both families: a path-compressed binary trie for each. Filled by one thread, then read by
 * all event loops; a lookup allocates nothing.
 *
 * @param <T> what an address leads to
 */
public final class PrefixTable<T> {
    private Node<T> root4;
    private Node<T> root6;

    /** An empty one. */
    public PrefixTable() {
    }

    /** Adds a prefix, or gives it another value; bits behind the prefix do not matter. */
    public void put(IpPrefix prefix, T value) {
        InetAddress address = prefix.address();
        Node<T> leaf = new Node<>(AddressBits.high(address), AddressBits.low(address), prefix.length());
        leaf.value = value;
        if (AddressBits.isV4(address)) {
            root4 = insert(root4, leaf);
        } else {
            root6 = insert(root6, leaf);
        }
    }

    /** The value of the longest prefix that covers an IPv4 address, or null. */
    public T lookup(int address) {
        return lookup(root4, (long) address << 32, 0);
    }

    /** The value of the longest prefix that covers an IPv6 address, or null. */
    public T lookup(long high, long low) {
        return lookup(root6, high, low);
    }

    /** @see #lookup(int) */
    public T lookup(InetAddress address) {
        return lookup(AddressBits.isV4(address) ? root4 : root6, AddressBits.high(address), AddressBits.low(address));
    }

    private static <T> T lookup(Node<T> root, long high, long low) {
        T best = null;
        for (Node<T> node = root; node != null && node.covers(high, low); node = node.child(high, low)) {
            if (node.value != null) {
                best = node.value;
            }
        }
        return best;
    }

    /** Hangs {@code leaf} into {@code tree}; returns the tree's new top. */
    private static <T> Node<T> insert(Node<T> tree, Node<T> leaf) {
        if (tree == null) {
            return leaf;
        }
        int common = Math.min(AddressBits.commonBits(tree.high, tree.low, leaf.high, leaf.low),
                Math.min(tree.length, leaf.length));
        if (common == tree.length && common == leaf.length) {
            tree.value = leaf.value;
            return tree;
        }
        if (common == tree.length) {
            tree.hang(insert(tree.child(leaf.high, leaf.low), leaf));
            return tree;
        }
        if (common == leaf.length) {
            leaf.hang(tree);
            return leaf;
        }
        Node<T> fork = new Node<>(leaf.high, leaf.low, common);
        fork.hang(tree);
        fork.hang(leaf);
        return fork;
    }

    /** A prefix, with a value unless it is a mere fork; IPv4 addresses fill the upper half of {@code high}. */
    private static final class Node<T> {
        private final long high;
        private final long low;
        private final int length;
        private T value;
        private Node<T> zero;
        private Node<T> one;

        Node(long high, long low, int length) {
            this.high = high & AddressBits.highMask(length);
            this.low = low & AddressBits.lowMask(length);
            this.length = length;
        }

        boolean covers(long otherHigh, long otherLow) {
            return ((otherHigh ^ high) & AddressBits.highMask(length)) == 0
                    && ((otherLow ^ low) & AddressBits.lowMask(length)) == 0;
        }

        Node<T> child(long otherHigh, long otherLow) {
            return AddressBits.bit(otherHigh, otherLow, length) ? one : zero;
        }

        void hang(Node<T> child) {
            if (AddressBits.bit(child.high, child.low, length)) {
                one = child;
            } else {
                zero = child;
            }
        }
    }
}
