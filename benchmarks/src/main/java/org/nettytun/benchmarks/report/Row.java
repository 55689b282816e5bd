package org.nettytun.benchmarks.report;

/**
 * Who is measured with what: a row of a table.
 *
 * @param contender who
 * @param load      with what, as in {@link Sample}; in a reason {@code ANY}: with whatever
 * @param jdk       feature version, 0 if there is no JVM in it; in a reason {@link #ANY_JDK}: on whatever
 */
public record Row(String contender, String load, int jdk) {
    /** Of contenders and loads: all. */
    public static final String ANY = "*";
    /** All JDKs, or none. */
    public static final int ANY_JDK = -1;

    /** Of that sample. */
    static Row of(Sample sample) {
        return new Row(sample.contender(), sample.load(), sample.jdk());
    }

    /** Whether this one, which may have the wild words, has that one in it. */
    boolean covers(Row other) {
        return (contender.equals(ANY) || contender.equals(other.contender))
                && (load.equals(ANY) || load.equals(other.load)) && (jdk == ANY_JDK || jdk == other.jdk);
    }

    /** Who, without the load. */
    String who() {
        return contender + (jdk <= 0 ? "" : " on JDK " + jdk);
    }
}
