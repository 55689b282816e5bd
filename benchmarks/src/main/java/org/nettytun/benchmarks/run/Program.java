package org.nettytun.benchmarks.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A process with which one speaks in lines: one to its standard input, one back from its standard output. It must end
 * when its input does; so none outlives this program, whatever ends it.
 */
public final class Program implements AutoCloseable {
    private static final int LAST_WORDS = 3;

    private final String name;
    private final Process process;
    private final BufferedReader output;
    private final Writer input;
    private final Path errors;

    private Program(String name, Process process, Path errors) {
        this.name = name;
        this.process = process;
        this.errors = errors;
        output = process.inputReader(StandardCharsets.UTF_8);
        input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts one.
     *
     * @param name   as in messages
     * @param errors the file for its standard error
     */
    public static Program start(String name, List<String> command, Path errors) throws IOException {
        return new Program(name, new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /**
     * The next line that it prints.
     *
     * @throws IOException it ended, or was silent for that long and is ended now
     */
    public String read(long patienceMillis) throws IOException {
        Executor later = CompletableFuture.delayedExecutor(patienceMillis, TimeUnit.MILLISECONDS);
        CompletableFuture<Void> alarm = CompletableFuture.runAsync(process::destroyForcibly, later);
        try {
            String line = output.readLine();
            if (line == null) {
                throw new IOException(name + " ended, or was silent for " + patienceMillis + " ms: " + lastWords());
            }
            return line;
        } finally {
            alarm.cancel(false);
        }
    }

    /** Sends a line. */
    public void tell(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(errors);
        return lines.isEmpty() ? "it said nothing"
                : String.join(" / ", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
