package org.nettytun.benchmarks.run;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Programs of the system. */
public final class Commands {
    private Commands() {
    }

    /** Whether it is on the path. */
    public static boolean has(String command) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
                .split(File.pathSeparator)).anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    /**
     * Runs one to its end.
     *
     * @return what it printed, errors included
     * @throws IOException it ended with another code than 0; the message has the command and what it printed
     */
    public static String run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException(String.join(" ", command) + ": exit code " + code + ": " + printed.strip());
            }
            return printed;
        } finally {
            process.destroyForcibly();
        }
    }

    /** {@link #run(List)} for a command of fixed words. */
    public static String run(String... command) throws IOException, InterruptedException {
        return run(List.of(command));
    }

    /** One list of both. */
    public static List<String> concat(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
