package org.nettytun.benchmarks.hairpin;

import org.nettytun.benchmarks.run.Commands;
import org.nettytun.benchmarks.run.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code tun0} of one contender's namespace, seen from outside. */
final class Device {
    private static final int LOOKS = 500;
    private static final int RECEIVED_PACKETS = 2;
    private static final int TRANSMITTED_PACKETS = 10;

    private final Program program;

    Device(Program program) {
        this.program = program;
    }

    /** A device that was just opened drops what it is given, until the kernel's work queue got round to it. */
    void awaitQueue() throws IOException, InterruptedException {
        for (int i = 0; i < LOOKS; i++) {
            String link = Commands.run("nsenter", "--net=/proc/" + program.pid() + "/ns/net", "ip", "-o", "link",
                    "show", "tun0");
            if (!link.contains("qdisc noop") && link.contains("LOWER_UP")) {
                return;
            }
        }
        throw new IOException("tun0 does not come up");
    }

    /** Packets that are in the kernel: written, and not yet read. Exact while the program is idle. */
    long inKernel() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/" + program.pid() + "/net/dev"));
        String[] fields = lines.stream().map(String::strip).filter(line -> line.startsWith("tun0:")).findFirst()
                .orElseThrow(() -> new IOException("tun0 is gone")).split("[:\\s]+");
        return Long.parseLong(fields[RECEIVED_PACKETS]) - Long.parseLong(fields[TRANSMITTED_PACKETS]);
    }
}
