package org.nettytun.examples.demo;

import org.nettytun.examples.Main;
import org.nettytun.examples.Stop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Starts this very program again, in a user, network and mount namespace of its own, where it may do everything. */
final class UserNamespace {
    private static final int FIRST_WITH_NATIVE_ACCESS = 22;

    private UserNamespace() {
    }

    /** A command that runs {@code script} there; on a /run of its own, for {@code ip netns} keeps its names there. */
    static List<String> command(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("unshare", "-Urmn", "sh", "-c",
                "mount -t tmpfs tmpfs /run && ip link set lo up && " + script, "sh"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs {@code arguments} there; the exit code. */
    static int run(Stop stop, List<String> arguments) throws IOException, InterruptedException {
        List<String> java = java();
        java.addAll(arguments);
        Process process = new ProcessBuilder(command("exec \"$@\"", java.toArray(String[]::new))).inheritIO().start();
        stop.onRequest(process::destroy);
        return process.waitFor();
    }

    /** This JVM with this class path or module path. */
    private static List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        boolean modular = Main.class.getModule().isNamed();
        if (Runtime.version().feature() >= FIRST_WITH_NATIVE_ACCESS) {
            command.add("--enable-native-access="
                    + (modular ? "com.sun.jna,io.netty.common" : "ALL-UNNAMED"));
        }
        if (modular) {
            command.addAll(List.of("-p", System.getProperty("jdk.module.path"), "--add-modules", "ALL-MODULE-PATH",
                    "-m", Main.class.getModule().getName() + "/" + Main.class.getName()));
        } else {
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        }
        return command;
    }
}
