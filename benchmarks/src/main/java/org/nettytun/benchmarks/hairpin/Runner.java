package org.nettytun.benchmarks.hairpin;

import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Program;

import java.io.IOException;

/** One process of one contender, idle between two calls. */
final class Runner implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 20_000;

    private final Contender contender;
    private final Jdk jdk;
    private final Program program;
    private final Device device;

    /** @param jdk {@code null} for one in C */
    Runner(Contender contender, Jdk jdk, Program program) {
        this.contender = contender;
        this.jdk = jdk;
        this.program = program;
        device = new Device(program);
    }

    Contender contender() {
        return contender;
    }

    /** Its JDK's version, 0 for none. */
    int feature() {
        return jdk == null ? 0 : jdk.feature();
    }

    /** Its id and its JDK. */
    String name() {
        return contender.id() + (jdk == null ? "" : " on JDK " + jdk.feature());
    }

    /**
     * Puts packets of that size in flight, and lets them go round until the compiler has seen enough.
     *
     * @throws IOException not all of them are in flight
     */
    void warmUp(int size, int millis) throws IOException {
        program.tell("size " + size);
        program.read(PATIENCE_MILLIS);
        run(millis);
        boolean parksElsewhere = contender.kind() instanceof Contender.Rival;
        if (!parksElsewhere && device.inKernel() != Packets.IN_FLIGHT) {
            throw new IOException(name() + ": expected " + Packets.IN_FLIGHT + " packets in flight: "
                    + device.inKernel());
        }
    }

    /** @return nanoseconds per packet */
    double run(int millis) throws IOException {
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
