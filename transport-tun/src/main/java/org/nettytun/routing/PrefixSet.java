package org.nettytun.routing;

import java.util.Arrays;

/**
 * The prefixes that end within one node. Belongs to the writer. A key is a one, then those bits of the prefix that the
 * node looks at: so keys ascend by length, and halving a key takes the last bit off its prefix.
 */
final class PrefixSet {
    static final PrefixSet EMPTY = new PrefixSet(0);
    /** The key that covers all slots. */
    static final int ALL = 1;

    private final int[] keys;
    private final Object[] targets;

    private PrefixSet(int size) {
        this.keys = new int[size];
        this.targets = new Object[size];
    }

    /** How many bits a key's prefix has. */
    static int length(int key) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(key);
    }

    /** A key's prefix. */
    static int bits(int key) {
        return key ^ 1 << length(key);
    }

    /** The first of the slots that a key covers, in a node of so many bits. */
    static int firstSlot(int key, int stride) {
        return bits(key) << stride - length(key);
    }

    int size() {
        return keys.length;
    }

    int key(int index) {
        return keys[index];
    }

    Object target(int index) {
        return targets[index];
    }

    /** Or null. */
    Object get(int key) {
        int index = Arrays.binarySearch(keys, key);
        return index < 0 ? null : targets[index];
    }

    /** What the longest prefix leads to among the key's own and those that cover it, or null. */
    Object longest(int key) {
        Object target = null;
        for (int each = key; each > 0 && target == null; each >>>= 1) {
            target = get(each);
        }
        return target;
    }

    /** The index of the first key that is no less. */
    int firstFrom(int key) {
        int index = Arrays.binarySearch(keys, key);
        return index < 0 ? ~index : index;
    }

    /** @return this very set, changed, if the key was there; else another */
    PrefixSet with(int key, Object target) {
        int index = firstFrom(key);
        if (index < keys.length && keys[index] == key) {
            targets[index] = target;
            return this;
        }
        PrefixSet result = new PrefixSet(keys.length + 1);
        copy(0, result, 0, index);
        result.keys[index] = key;
        result.targets[index] = target;
        copy(index, result, index + 1, keys.length - index);
        return result;
    }

    /** Another set; the key must be there. */
    PrefixSet without(int key) {
        int index = firstFrom(key);
        PrefixSet result = new PrefixSet(keys.length - 1);
        copy(0, result, 0, index);
        copy(index + 1, result, index, result.keys.length - index);
        return result;
    }

    private void copy(int from, PrefixSet to, int at, int n) {
        System.arraycopy(keys, from, to.keys, at, n);
        System.arraycopy(targets, from, to.targets, at, n);
    }
}
