package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.run.Namespace;
import org.nettytun.benchmarks.run.Pinning;
import org.nettytun.benchmarks.run.Program;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;

/** A program that forwards, all its threads on the core of what is measured; or the kernel, which is no process. */
final class Running implements AutoCloseable {
    private final Program program;
    private final Namespace middle;

    private Running(Program program, Namespace middle) {
        this.program = program;
        this.middle = middle;
    }

    /** Puts a program that is ready on its core. */
    static Running of(Program program) throws IOException, InterruptedException {
        Pinning.process(program.pid(), Pinning.MEASURED);
        return new Running(program, null);
    }

    /** The kernel, in a namespace of its own. */
    static Running kernel(Namespace middle) {
        return new Running(null, middle);
    }

    /** CPU time of all its threads so far, in nanoseconds, to 10 ms; none for the kernel. */
    OptionalLong cpuNanos() {
        return program == null ? OptionalLong.empty() : ProcessHandle.of(program.pid())
                .flatMap(process -> process.info().totalCpuDuration()).map(Duration::toNanos)
                .map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    @Override
    public void close() {
        if (program == null) {
            middle.close();
        } else {
            program.close();
        }
    }
}
