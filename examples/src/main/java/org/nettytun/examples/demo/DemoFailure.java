package org.nettytun.examples.demo;

/** The demo cannot go on; the message is a sentence for the user. */
final class DemoFailure extends Exception {
    private static final long serialVersionUID = 1L;

    DemoFailure(String message) {
        super(message);
    }
}
