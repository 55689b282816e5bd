package org.nettytun.benchmarks.hairpin;

import org.nettytun.benchmarks.run.Program;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One process of one contender, idle between two calls. */
public final class Runner implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 20_000;
    private static final double NANOS_PER_MILLI = 1e6;
    /** Of a turn, that others may have had the core. */
    private static final double TOLERANCE = 0.01;
    private static final int ATTEMPTS = 5;
    /** Of the first line of that file. */
    private static final int STOLEN = 8;
    /** Packets a millisecond, of which the compiler has seen enough. */
    private static final long ENOUGH = 250;
    /** For those that need long to see as many. */
    private static final int LONGEST = 5;

    private final Contender contender;
    private final int jdk;
    private final Program program;
    private final Device device;
    private final List<Long> threads;

    /**
     * @param jdk     its version, 0 for one in C
     * @param threads those that are measured
     */
    Runner(Contender contender, int jdk, Program program, Device device, List<Long> threads) {
        this.contender = contender;
        this.jdk = jdk;
        this.program = program;
        this.device = device;
        this.threads = threads;
    }

    /** Its process. */
    public long pid() {
        return program.pid();
    }

    Contender contender() {
        return contender;
    }

    /** Its JDK's version, 0 for none. */
    int jdk() {
        return jdk;
    }

    /** Its id and its JDK. */
    String name() {
        return contender.id() + (jdk == 0 ? "" : " on JDK " + jdk);
    }

    /**
     * Puts packets of that size in flight, and lets them go round until the compiler has seen enough: for so long, and
     * up to five times that if they were few until then.
     *
     * @throws IOException not all of them are in flight
     */
    public void warmUp(int size, int millis) throws IOException {
        program.tell("size " + size);
        program.read(PATIENCE_MILLIS);
        double packets = 0;
        for (int i = 0; i < LONGEST && packets < ENOUGH * millis; i++) {
            packets += millis * NANOS_PER_MILLI / run(millis);
        }
        check();
    }

    /** @throws IOException not all packets are in flight; of the rival's, which wait elsewhere, there is no telling */
    void check() throws IOException {
        boolean parksElsewhere = contender.kind() instanceof Contender.Rival;
        if (!parksElsewhere && device.inKernel() != Packets.IN_FLIGHT) {
            throw new IOException(name() + ": expected " + Packets.IN_FLIGHT + " packets in flight: "
                    + device.inKernel());
        }
    }

    /**
     * Runs undisturbed: once more if others had the core of one of its threads meanwhile. Where the rival's two threads
     * share a core they wait for each other, so only what the hypervisor took is seen.
     *
     * @return nanoseconds per packet
     */
    double turn(int millis) throws IOException {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < ATTEMPTS; i++) {
            long waited = waited();
            long stolen = stolen();
            best = Math.min(best, run(millis));
            boolean waitedLong = waited() - waited > TOLERANCE * millis * NANOS_PER_MILLI;
            if (stolen() == stolen && (!waitedLong || contender.sharesCore())) {
                break;
            }
        }
        return best;
    }

    /** Nanoseconds that the threads were ready to run and did not. Source: {@code sched-stats.rst}, v6.12. */
    private long waited() throws IOException {
        long sum = 0;
        for (long thread : threads) {
            Path file = Path.of("/proc/" + program.pid() + "/task/" + thread + "/schedstat");
            sum += Long.parseLong(Files.readString(file).split(" ")[1]);
        }
        return sum;
    }

    /** Ticks of 10 ms that the hypervisor gave to others. Source: proc_stat(5). */
    private static long stolen() throws IOException {
        try (BufferedReader stat = Files.newBufferedReader(Path.of("/proc/stat"))) {
            return Long.parseLong(stat.readLine().split(" +")[STOLEN]);
        }
    }

    /** @return nanoseconds per packet */
    public double run(int millis) throws IOException {
        program.tell("run " + millis);
        String line = program.read(millis + PATIENCE_MILLIS);
        int blank = line.indexOf(' ');
        long packets = Long.parseLong(line.substring(0, blank));
        if (packets == 0) {
            throw new IOException(name() + ": no packet came back");
        }
        return Double.parseDouble(line.substring(blank + 1)) / packets;
    }

    @Override
    public void close() {
        program.close();
    }
}
