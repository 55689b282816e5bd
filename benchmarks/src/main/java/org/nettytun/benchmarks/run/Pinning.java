package org.nettytun.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Who runs on which core. With two cores: what is measured on the last, all else on the first. */
public final class Pinning {
    /** Cores that there are. Counted once: later this program may have but one. */
    public static final int CORES = Runtime.getRuntime().availableProcessors();
    /** The core for the thread that is measured. */
    public static final int MEASURED = CORES - 1;
    /** The core for everything else: this program, compilers, collectors. */
    public static final int OTHERS = 0;

    private Pinning() {
    }

    /** Puts every thread that a process has on a core. */
    public static void process(long pid, int core) throws IOException, InterruptedException {
        taskset("-acp", core, pid);
    }

    /** Puts one thread on a core. */
    public static void thread(long tid, int core) throws IOException, InterruptedException {
        taskset("-cp", core, tid);
    }

    /** The calling thread, as the kernel counts it. */
    public static long threadId() throws IOException {
        return Long.parseLong(Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString());
    }

    private static void taskset(String how, int core, long id) throws IOException, InterruptedException {
        Commands.run("taskset", how, Integer.toString(core), Long.toString(id));
    }

    /** A command whose process starts on a core and stays there. */
    public static List<String> command(int core, List<String> words) {
        return Commands.concat(List.of("taskset", "-c", Integer.toString(core)), words);
    }

    /** A command whose process may use all cores, though this program may not: a JVM chooses its defaults by them. */
    public static List<String> free(List<String> words) {
        return Commands.concat(List.of("taskset", "-c", "0-" + (CORES - 1)), words);
    }
}
