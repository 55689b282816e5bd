package org.nettytun.examples.dropwatch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A recording of one event in another JVM, which goes on until it is closed. Through {@code jcmd}: that reaches the JVM
 * by a socket in the file system, and so across network namespaces, where JMX would not. One thread.
 */
final class FlightRecording implements AutoCloseable {
    private static final Pattern REPOSITORY = Pattern.compile("^Repository path: (.+)$", Pattern.MULTILINE);

    private final long pid;
    private final String name = "dropwatch-" + ProcessHandle.current().pid();

    private FlightRecording(long pid) {
        this.pid = pid;
    }

    /** @param event its name; whether the JVM knows it yet or not */
    static FlightRecording start(long pid, String event) throws IOException {
        FlightRecording made = new FlightRecording(pid);
        String printed = made.jcmd("JFR.start", "name=" + made.name, "settings=none", "flush-interval=1s", "maxage=1m",
                "+" + event + "#enabled=true", "+" + event + "#stackTrace=true");
        if (!printed.contains("Started recording")) {
            throw new IOException("jcmd " + pid + " JFR.start: " + printed.strip());
        }
        return made;
    }

    /** Where the JVM puts what it records, while it records. */
    Path repository() throws IOException {
        String printed = jcmd("JFR.configure");
        Matcher found = REPOSITORY.matcher(printed);
        if (!found.find()) {
            throw new IOException("jcmd " + pid + " JFR.configure: " + printed.strip());
        }
        return Path.of(found.group(1).strip());
    }

    private String jcmd(String... words) throws IOException {
        Path program = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(program)) {
            throw new IOException("dropwatch needs a JDK, for its jcmd: " + program);
        }
        List<String> command = new ArrayList<>(List.of(program.toString(), Long.toString(pid)));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException("no JVM that can be attached to: pid=" + pid + ": "
                    + printed.lines().filter(line -> !line.startsWith("\tat ")).reduce((a, b) -> b).orElse(""));
        }
        return printed;
    }

    /** Ends it. A JVM that has ended itself has no recording any more. */
    @Override
    public void close() throws IOException {
        if (ProcessHandle.of(pid).isPresent()) {
            jcmd("JFR.stop", "name=" + name);
        }
    }
}
