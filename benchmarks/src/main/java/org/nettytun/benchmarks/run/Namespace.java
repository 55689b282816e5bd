package org.nettytun.benchmarks.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A network namespace without a name, held by a process that sleeps on our pipe: it is gone when this is closed, and
 * also when this program is killed. Loopback is up, IPv6 is off: the only packets are the benchmark's.
 */
public final class Namespace implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 5000;

    private final Program holder;

    private Namespace(Program holder) {
        this.holder = holder;
    }

    /** Makes one. */
    public static Namespace create() throws IOException {
        Program holder = Program.start("unshare -n", List.of("unshare", "-n", "sh", "-c",
                "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; ip link set lo up && echo up && exec cat"),
                Path.of("/dev/null"));
        try {
            holder.read(PATIENCE_MILLIS);
            return new Namespace(holder);
        } catch (IOException e) {
            holder.close();
            throw e;
        }
    }

    /** Its file, for {@code NetworkNamespace.of}. */
    public String path() {
        return "/proc/" + holder.pid() + "/ns/net";
    }

    /** A process in it, for {@code ip link set … netns PID}. */
    public long pid() {
        return holder.pid();
    }

    /** A command that runs in it. */
    public List<String> command(List<String> words) {
        return Commands.concat(List.of("nsenter", "--net=" + path()), words);
    }

    /** Runs one in it to its end; what it printed. */
    public String run(String... words) throws IOException, InterruptedException {
        return Commands.run(command(List.of(words)));
    }

    /** Runs the lines of a shell script in it. */
    public String script(String lines) throws IOException, InterruptedException {
        return run("sh", "-ec", lines);
    }

    @Override
    public void close() {
        holder.close();
    }
}
