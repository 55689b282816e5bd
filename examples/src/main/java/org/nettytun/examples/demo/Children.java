package org.nettytun.examples.demo;

import org.nettytun.examples.Stop;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The processes the demo started. Any thread. None outlives it: they end when it is closed, or told to stop. */
final class Children implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 2;

    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private final Stop stop;

    Children(Stop stop) {
        this.stop = stop;
        stop.onRequest(this::endAll);
    }

    /** Starts one; its errors are in its output. */
    Process start(List<String> command) throws IOException, DemoFailure {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        running.add(process);
        process.onExit().thenAccept(running::remove);
        if (stop.isRequested()) {
            process.toHandle().destroy();
            throw new DemoFailure("stopped before the end");
        }
        return process;
    }

    /** Starts one and waits for its end; what it printed. */
    Output run(List<String> command) throws IOException, InterruptedException, DemoFailure {
        Process process = start(command);
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            String text = String.join("\n", reader.lines().toList());
            int code = process.waitFor();
            if (stop.isRequested()) {
                throw new DemoFailure("stopped before the end");
            }
            return new Output(code, text);
        }
    }

    /** Runs one that must succeed. Not of the children: also when they have been ended. */
    static String must(String... command) throws IOException, DemoFailure {
        Output output = tryTo(command);
        if (output.code != 0) {
            throw new DemoFailure(String.join(" ", command) + ": " + output.oneLine());
        }
        return output.text;
    }

    /** Runs one that may fail. */
    static Output tryTo(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            String text = String.join("\n", reader.lines().toList());
            return new Output(process.onExit().join().exitValue(), text);
        }
    }

    private void endAll() {
        running.forEach(process -> process.toHandle().destroy());   // Process.destroy() would close its output, too
    }

    @Override
    public void close() {
        endAll();
        for (Process process : running) {
            if (process.onExit().completeOnTimeout(process, PATIENCE_SECONDS, TimeUnit.SECONDS).join().isAlive()) {
                process.destroyForcibly();
            }
        }
    }

    /** What a process left: its exit code and all it printed. */
    record Output(int code, String text) {
        String oneLine() {
            return text.isBlank() ? "exit code " + code
                    : String.join(" ", Arrays.asList(text.strip().split("\\s*\\R\\s*")));
        }
    }
}
