package org.nettytun.benchmarks.run;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Tells how far it is: over and over in one line on a terminal, else a line for each tenth. */
public final class Progress {
    private static final int TENTHS = 10;

    private final PrintWriter out;
    private final boolean terminal = System.console() != null;
    private final int steps;
    private final long started = System.nanoTime();
    private int done;
    private int told = -1;

    /** @param steps how many {@link #step}s there will be */
    public Progress(PrintWriter out, int steps) {
        this.out = out;
        this.steps = steps;
    }

    /** One more is done. */
    public void step(String what) {
        done++;
        String line = String.format(Locale.ROOT, "%d/%d %s, %s left: %s", done, steps, clock(elapsed()),
                clock(elapsed() * (steps - done) / done), what);
        if (terminal) {
            out.printf("\r\033[K%s%s", line, done == steps ? "\n" : "");
        } else if (done * TENTHS / steps != told) {
            told = done * TENTHS / steps;
            out.println(line);
        }
        out.flush();
    }

    /** A line that stays. */
    public void say(String line) {
        out.println((terminal ? "\r\033[K" : "") + line);
        out.flush();
    }

    private long elapsed() {
        return System.nanoTime() - started;
    }

    private static String clock(long nanos) {
        Duration duration = Duration.ofNanos(nanos);
        return String.format(Locale.ROOT, "%d:%02d", duration.toMinutes(), duration.toSecondsPart());
    }
}
