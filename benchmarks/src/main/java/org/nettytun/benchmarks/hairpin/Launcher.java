package org.nettytun.benchmarks.hairpin;

import org.nettytun.benchmarks.run.Absent;
import org.nettytun.benchmarks.run.CCompiler;
import org.nettytun.benchmarks.run.Commands;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Pinning;
import org.nettytun.benchmarks.run.Program;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Starts contenders, each in a namespace of its own with the hairpin's device, and puts their threads on cores. */
final class Launcher {
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
            shift
            exec "$@"
            """;

    private final Path folder;
    private final List<String> flags;
    private Path hairpin;

    /**
     * @param folder for programs and what they complain of
     * @param flags  for JVMs, beside the defaults
     */
    Launcher(Path folder, List<String> flags) {
        this.folder = folder;
        this.flags = flags;
    }

    /**
     * Starts one. It is ready, and idle.
     *
     * @param jdk for those in Java
     * @throws Absent it cannot run here
     */
    Program start(Contender contender, Jdk jdk) throws Absent, IOException, InterruptedException {
        List<String> command = Commands.concat(
                List.of("unshare", "-n", "sh", "-ec", NAMESPACE, "sh",
                        contender.kind().queues() > 1 ? "multi_queue" : ""), command(contender, jdk));
        Program program = Program.start(contender.id(), command, folder.resolve(contender.id() + ".err"));
        try {
            pin(contender, program);
            return program;
        } catch (IOException | InterruptedException e) {
            program.close();
            throw e;
        }
    }

    private List<String> command(Contender contender, Jdk jdk) throws Absent, IOException, InterruptedException {
        if (contender.kind() instanceof Contender.InC c) {
            if (hairpin == null) {
                hairpin = CCompiler.compile(Launcher.class, "hairpin", folder);
            }
            return List.of(hairpin.toString(), c.mode());
        }
        String[] options = flags.toArray(String[]::new);
        if (contender.kind() instanceof Contender.Rival) {
            return Commands.concat(jdk.java(rivalsClassPath(), options), List.of(RivalSubject.class.getName()));
        }
        return Commands.concat(jdk.java(System.getProperty("java.class.path"), options),
                List.of(OursMain.class.getName(), contender.id()));
    }

    /** This module's classes and the folder that the build fills, and nothing else: no Netty of ours. */
    private static String rivalsClassPath() throws Absent {
        try {
            Path own = Path.of(Launcher.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            Path target = own.getParent().endsWith("lib") ? own.getParent().getParent() : own.getParent();
            Path rival = target.resolve("netty-tun");
            if (!Files.isDirectory(rival)) {
                throw new Absent("netty-tun is not in " + rival + ": the build puts it there");
            }
            return own + ":" + rival + "/*";
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pin(Contender contender, Program program) throws IOException, InterruptedException {
        String line = program.read(PATIENCE_MILLIS);
        if (!line.startsWith(READY)) {
            throw new IOException(contender.id() + ": expected `ready TID…`: " + line);
        }
        Pinning.process(program.pid(), Pinning.OTHERS);
        String[] threads = line.substring(READY.length()).split(" ");
        for (int i = 0; i < threads.length; i++) {
            boolean onOthers = i > 0 && !(contender.kind() instanceof Contender.Rival rival && rival.cores() == 1);
            Pinning.thread(Long.parseLong(threads[i]), onOthers ? Pinning.OTHERS : Pinning.MEASURED);
        }
    }
}
