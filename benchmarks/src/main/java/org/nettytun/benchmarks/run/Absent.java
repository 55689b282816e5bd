package org.nettytun.benchmarks.run;

/** Something cannot be measured here. The message says what is missing; it is reported, never guessed. */
public final class Absent extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what is missing */
    public Absent(String message) {
        super(message);
    }

    /** @param message what is missing */
    public Absent(String message, Throwable cause) {
        super(message, cause);
    }
}
