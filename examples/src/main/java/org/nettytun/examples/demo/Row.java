package org.nettytun.examples.demo;

import java.util.Locale;

/**
 * One measurement of the table.
 *
 * @param what            was measured
 * @param sent            packets; 0: nobody counted, TCP repairs what it loses
 * @param received        packets
 * @param rtt             of packets that came back, or null
 * @param gigabitsASecond of payload; 0: not measured
 */
record Row(String what, long sent, long received, Rtt rtt, double gigabitsASecond) {
    static final String HEAD = String.format("%-14s %9s %9s %8s   %-21s %7s", "", "sent", "received", "loss",
            "RTT min/avg/max ms", "Gb/s");

    /** Milliseconds. */
    record Rtt(double least, double average, double most) {
    }

    static Row ofPing(String what, long sent, long received, Rtt rtt) {
        return new Row(what, sent, received, rtt, 0);
    }

    static Row ofTransfer(String what, double gigabitsASecond) {
        return new Row(what, 0, 0, null, gigabitsASecond);
    }

    /** Packets lost; more than were sent came back if somebody doubled some, which is no loss. */
    long lost() {
        return Math.max(0, sent - received);
    }

    /** Whether nothing was lost, and something came. */
    boolean isGood() {
        return lost() == 0 && (received > 0 || gigabitsASecond > 0);
    }

    @Override
    public String toString() {
        boolean counted = sent > 0;
        return String.format(Locale.ROOT, "%-14s %9s %9s %8s   %-21s %7s", what, counted ? sent : "-",
                counted ? received : "-", counted ? String.format(Locale.ROOT, "%.2f %%", 100.0 * lost() / sent) : "-",
                rtt == null ? "-" : String.format(Locale.ROOT, "%.3f/%.3f/%.3f", rtt.least, rtt.average, rtt.most),
                gigabitsASecond == 0 ? "-" : String.format(Locale.ROOT, "%.2f", gigabitsASecond));
    }
}
