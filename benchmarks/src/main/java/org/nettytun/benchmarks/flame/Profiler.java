package org.nettytun.benchmarks.flame;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import one.profiler.AsyncProfiler;
import org.nettytun.benchmarks.run.Absent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** async-profiler, in another JVM. */
final class Profiler {
    private static final Map<String, String> PLATFORMS = Map.of("amd64", "linux-x64", "aarch64", "linux-arm64");
    /** By the kernel's clock of the CPU, stacks with the kernel's part. Standard output is ours: no word there. */
    private static final String START = "start,event=cpu,interval=250us,threads,ann,log=/dev/null";

    private final Path library;
    private final long pid;

    private Profiler(Path library, long pid) {
        this.library = library;
        this.pid = pid;
    }

    /**
     * Starts to sample.
     *
     * @param folder for its library
     * @throws Absent it does not run here
     */
    static Profiler start(long pid, Path folder) throws Absent, IOException {
        String architecture = System.getProperty("os.arch");
        String resource = '/' + PLATFORMS.get(architecture) + "/libasyncProfiler.so";
        Path library = folder.resolve("libasyncProfiler.so");
        try (InputStream inJar = AsyncProfiler.class.getResourceAsStream(resource)) {
            if (inJar == null) {
                throw new Absent("async-profiler has no library for " + architecture);
            }
            Files.write(library, inJar.readAllBytes());
        }
        Profiler profiler = new Profiler(library, pid);
        profiler.tell(START);
        return profiler;
    }

    /** Ends it. The stacks, collapsed: a thread, its frames, how often. */
    List<String> stop() throws Absent, IOException {
        tell("stop,collapsed,threads,ann,file=" + file());
        return Files.readAllLines(file());
    }

    private Path file() {
        return library.resolveSibling("stacks." + pid);
    }

    private void tell(String command) throws Absent, IOException {
        try {
            VirtualMachine jvm = VirtualMachine.attach(Long.toString(pid));
            try {
                jvm.loadAgentPath(library.toString(), command);
            } finally {
                jvm.detach();
            }
        } catch (AttachNotSupportedException | AgentLoadException | AgentInitializationException e) {
            throw new Absent("async-profiler: " + command + ": " + e.getMessage(), e);
        }
    }
}
