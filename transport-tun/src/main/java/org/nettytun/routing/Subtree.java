package org.nettytun.routing;

/**
 * What a slot of a node leads to if prefixes lie below it. Looked up by any thread, changed by the writer alone.
 *
 * <p>A change either is one store, or makes a successor that one store puts in this one's place. What has a successor
 * is changed no more. So a reader that came here has an answer that was right at some moment since it set out, though
 * the successor may be there by now.
 */
abstract class Subtree {
    /** What the longest prefix above leads to, or null: the answer where no prefix below covers the address. */
    private volatile Object inherited;

    Subtree(Object inherited) {
        this.inherited = inherited;
    }

    final Object inherited() {
        return inherited;
    }

    /** The longest prefix above is another now, or has another target. */
    final void inherit(Object target) {
        if (inherited != target) {
            inherited = target;
            inheritBelow(target);
        }
    }

    /** Tells the children that have no prefix in between. */
    abstract void inheritBelow(Object target);
}
