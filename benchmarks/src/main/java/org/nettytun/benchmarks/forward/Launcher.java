package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.run.Absent;
import org.nettytun.benchmarks.run.CCompiler;
import org.nettytun.benchmarks.run.ClassPath;
import org.nettytun.benchmarks.run.Commands;
import org.nettytun.benchmarks.run.Jdk;
import org.nettytun.benchmarks.run.Namespace;
import org.nettytun.benchmarks.run.Pinning;
import org.nettytun.benchmarks.run.Program;
import org.nettytun.examples.Main;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Starts programs between two ends. Each is ready when the call comes back, and both ends are configured. */
final class Launcher {
    private static final long PATIENCE_MILLIS = 20_000;
    private static final String READY = "ready";

    private final Path folder;
    private final Jdk jdk;
    private Path forwarder;

    /**
     * @param folder for programs and what they complain of
     * @param jdk    for those in Java; null if it starts none
     */
    Launcher(Path folder, Jdk jdk) {
        this.folder = folder;
        this.jdk = jdk;
    }

    /**
     * {@code forwarder.c}.
     *
     * @param mode {@code plain} or {@code vnet}
     */
    Running c(String mode, Ends ends) throws Absent, IOException, InterruptedException {
        if (forwarder == null) {
            forwarder = CCompiler.compile(Launcher.class, "forwarder", folder);
        }
        return start("c-" + mode, READY, ends, List.of(forwarder.toString(), mode, ends.a().path(), Ends.DEVICE_A,
                ends.b().path(), Ends.DEVICE_B));
    }

    /** The smallest forwarder on our channel. */
    Running ours(String allocator, Ends ends) throws IOException, InterruptedException {
        return start(allocator, READY, ends, Commands.concat(jdk.java(ClassPath.ours()),
                List.of(OursMain.class.getName(), ends.a().path(), Ends.DEVICE_A, ends.b().path(), Ends.DEVICE_B,
                        allocator)));
    }

    /** The examples' router. It configures its ends itself. */
    Running router(String offloadA, String offloadB, Ends ends) throws Absent, IOException, InterruptedException {
        try {
            Program program = started("router-" + offloadA + '-' + offloadB, "router: ready",
                    Commands.concat(jdk.java(ClassPath.ours()), List.of(Main.class.getName(),
                            "router", "--interface", side(Ends.DEVICE_A, ends.a(), 1, offloadA),
                            "--interface", side(Ends.DEVICE_B, ends.b(), 2, offloadB))));
            return Running.of(program);
        } catch (IOException e) {
            throw new Absent(e.getMessage(), e);
        }
    }

    private static String side(String device, Namespace end, int network, String offload) {
        return device + ",netns=" + end.path() + ",host=10.81." + network + ".1/24,router=10.81." + network
                + ".254,offload=" + offload;
    }

    /** The rival: it makes both devices in A, and B's is moved. */
    Running rival(Ends ends) throws Absent, IOException, InterruptedException {
        return startInA("netty-tun", READY, ends, Commands.concat(jdk.java(ClassPath.rivals()),
                List.of(RivalMain.class.getName(), Ends.DEVICE_A, Ends.DEVICE_B)));
    }

    /** socat, likewise. */
    Running socat(Ends ends) throws Absent, IOException, InterruptedException {
        if (!Commands.has("socat")) {
            throw new Absent("socat is not installed (Debian: apt install socat)");
        }
        return startInA("socat", "starting data transfer loop", ends, List.of("sh", "-c",
                "exec socat -d -d TUN,tun-name=" + Ends.DEVICE_A + ",iff-no-pi TUN,tun-name=" + Ends.DEVICE_B
                        + ",iff-no-pi 2>&1"));
    }

    /** The kernel: veth from each end to a namespace that forwards. */
    Running kernel(Ends ends) throws IOException, InterruptedException {
        Namespace middle = Namespace.create();
        try {
            String veth = "ip link add %s type veth peer name %s netns " + middle.pid();
            ends.a().script(veth.formatted(Ends.DEVICE_A, "to-a"));
            ends.b().script(veth.formatted(Ends.DEVICE_B, "to-b"));
            middle.script("""
                    echo 1 > /proc/sys/net/ipv4/ip_forward
                    ip address add 10.81.1.254/24 dev to-a
                    ip address add 10.81.2.254/24 dev to-b
                    ip link set dev to-a up
                    ip link set dev to-b up
                    """);
            ends.configure();
            return Running.kernel(middle);
        } catch (IOException | InterruptedException e) {
            middle.close();
            throw e;
        }
    }

    private Running startInA(String name, String ready, Ends ends, List<String> command)
            throws IOException, InterruptedException {
        Program program = started(name, ready, ends.a().command(command));
        try {
            ends.move();
            ends.configure();
            return Running.of(program);
        } catch (IOException | InterruptedException e) {
            program.close();
            throw e;
        }
    }

    private Running start(String name, String ready, Ends ends, List<String> command)
            throws IOException, InterruptedException {
        Program program = started(name, ready, command);
        try {
            ends.configure();
            return Running.of(program);
        } catch (IOException | InterruptedException e) {
            program.close();
            throw e;
        }
    }

    /** Starts one, and reads what it prints until it is ready. */
    private Program started(String name, String ready, List<String> command) throws IOException {
        Program program = Program.start(name, Tied.command(Pinning.free(command)), folder.resolve(name + ".err"));
        try {
            Tied.await(program, ready, PATIENCE_MILLIS);
            return program;
        } catch (IOException e) {
            program.close();
            throw e;
        }
    }
}
