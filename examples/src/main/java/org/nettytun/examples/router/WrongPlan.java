package org.nettytun.examples.router;

/** Pieces of a plan that are good each, but not together: a sentence, and the piece that came last. */
public final class WrongPlan extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String text;

    /** @param text the piece, as it was given; empty if none is to blame */
    WrongPlan(String message, String text) {
        super(message);
        this.text = text;
    }

    /** The piece, as it was given; empty if none is to blame. */
    String text() {
        return text;
    }
}
