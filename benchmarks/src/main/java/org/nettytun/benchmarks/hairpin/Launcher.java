package org.nettytun.benchmarks.hairpin;

import org.nettytun.benchmarks.run.Absent;
import org.nettytun.benchmarks.run.CCompiler;
import org.nettytun.benchmarks.run.ClassPath;
import org.nettytun.benchmarks.run.Commands;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Pinning;
import org.nettytun.benchmarks.run.Program;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Starts contenders, each in a namespace of its own with the hairpin's device, and puts their threads on cores.
 * Any thread.
 */
public final class Launcher {
    private static final long PATIENCE_MILLIS = 20_000;
    private static final String READY = "ready ";

    /** What is read here leaves by the same device, so the kernel must not tell the sender of a shorter way. */
    private static final String NAMESPACE = """
            echo 1 > /proc/sys/net/ipv4/ip_forward
            for which in all default; do
                echo 0 > /proc/sys/net/ipv4/conf/$which/rp_filter
                echo 0 > /proc/sys/net/ipv4/conf/$which/send_redirects
                echo 1 > /proc/sys/net/ipv6/conf/$which/disable_ipv6
            done
            ip link set lo up
            ip tuntap add dev tun0 mode tun $1
            ip address add 10.7.0.1/16 dev tun0
            ip link set tun0 up
            ip route add default dev tun0
            shift
            exec "$@"
            """;

    private final Path folder;
    private Path hairpin;

    /** @param folder for programs and what they complain of */
    public Launcher(Path folder) {
        this.folder = folder;
    }

    /**
     * Starts one. It is ready, and idle; and so is its device.
     *
     * @param jdk   for those in Java
     * @param flags for its JVM, beside the defaults
     * @throws Absent it cannot run here
     */
    public Runner start(Contender contender, Jdk jdk, String... flags)
            throws Absent, IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("unshare", "-n", "sh", "-ec", NAMESPACE, "sh",
                contender.kind().queues() > 1 ? "multi_queue" : ""));
        command.addAll(command(contender, jdk, flags));
        Path errors = folder.resolve(contender.id() + (jdk == null ? "" : "-" + jdk.feature()) + ".err");
        Program program = Program.start(contender.id(), Pinning.free(command), errors);
        try {
            List<Long> threads = pin(contender, program);
            Device device = new Device(program);
            device.awaitQueue();
            boolean inC = contender.kind() instanceof Contender.InC;
            return new Runner(contender, inC ? 0 : jdk.feature(), program, device, threads);
        } catch (IOException | InterruptedException e) {
            program.close();
            throw e;
        }
    }

    private synchronized Path hairpin() throws Absent, IOException, InterruptedException {
        if (hairpin == null) {
            hairpin = CCompiler.compile(Launcher.class, "hairpin", folder);
        }
        return hairpin;
    }

    private List<String> command(Contender contender, Jdk jdk, String... flags)
            throws Absent, IOException, InterruptedException {
        Contender.Kind kind = contender.kind();
        if (kind instanceof Contender.InC c) {
            return List.of(hairpin().toString(), c.mode());
        }
        if (kind instanceof Contender.InJava java) {
            List<String> words = jdk.java(ClassPath.ours(), flags);
            words.addAll(List.of(java.flags()));
            words.addAll(List.of(OursMain.class.getName(), contender.id()));
            return words;
        }
        return Commands.concat(jdk.java(ClassPath.rivals(), flags), List.of(RivalSubject.class.getName()));
    }

    /**
     * The first thread that it names on the one core, all else on the other, unless the rival is to have one alone.
     *
     * @return the threads that it names
     */
    private static List<Long> pin(Contender contender, Program program) throws IOException, InterruptedException {
        String line = program.read(PATIENCE_MILLIS);
        if (!line.startsWith(READY)) {
            throw new IOException(contender.id() + ": expected `ready TID…`: " + line);
        }
        Pinning.process(program.pid(), Pinning.OTHERS);
        boolean together = contender.sharesCore();
        List<Long> threads = Arrays.stream(line.substring(READY.length()).split(" ")).map(Long::valueOf).toList();
        for (int i = 0; i < threads.size(); i++) {
            Pinning.thread(threads.get(i), i == 0 || together ? Pinning.MEASURED : Pinning.OTHERS);
        }
        return threads;
    }
}
