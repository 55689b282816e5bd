package org.nettytun.benchmarks.hairpin;

import java.util.List;

/** Who is measured, in a process of its own in which {@code tun0} is there and up. One thread calls it. */
interface Subject {
    /** Opens the device and starts its threads; the ids of those that are measured, the I/O thread first. */
    List<Long> start() throws Exception;

    /**
     * Puts {@link Packets#IN_FLIGHT} packets of another size in flight. Those of the size before are dropped when they
     * are read.
     *
     * @param bytes of a whole IP packet
     */
    void size(int bytes) throws Exception;

    /** Lets the packets go round for so long. They stay in the kernel until the next run. */
    Laps run(long millis) throws Exception;

    /** What was measured: packets written, and the time they took. */
    record Laps(long packets, long nanos) {
    }
}
