package org.nettytun.examples.demo;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/** What this system and this user have. */
final class Tools {
    private static final Path TUN = Path.of("/dev/net/tun");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String EFFECTIVE = "CapEff:";
    /** Source: {@code include/uapi/linux/capability.h}, v6.12. */
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int HEX = 16;

    private Tools() {
    }

    static boolean has(String command) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
                .split(File.pathSeparator)).anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    /** What the demo lacks to create devices and namespaces as it is, in words; null if nothing. */
    static String missingForDevices() throws IOException {
        String tun = missingTun();
        if (tun != null) {
            return tun;
        }
        long capabilities = effectiveCapabilities();
        if ((capabilities >>> CAP_NET_ADMIN & 1) == 0 || (capabilities >>> CAP_SYS_ADMIN & 1) == 0) {
            return "devices and namespaces need CAP_NET_ADMIN and CAP_SYS_ADMIN";
        }
        return missingCommand(List.of("ip", "nsenter"));
    }

    /** What the demo lacks to do so in a user namespace of its own, in words; null if nothing. */
    static String missingForUserNamespace() throws IOException {
        String missing = missingTun() != null ? missingTun() : missingCommand(List.of("unshare", "ip", "nsenter"));
        if (missing != null) {
            return missing;
        }
        Children.Output probe = Children.tryTo(UserNamespace.command("ip netns add probe && exec 3<>/dev/net/tun")
                .toArray(String[]::new));
        return probe.code() == 0 ? null : probe.oneLine();
    }

    private static String missingTun() {
        try (FileChannel tun = FileChannel.open(TUN, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return tun.isOpen() ? null : TUN + " is closed";   // creates nothing: no device was asked for
        } catch (IOException e) {
            return TUN + " cannot be opened (" + e.getClass().getSimpleName() + ")";
        }
    }

    private static String missingCommand(List<String> commands) {
        for (String command : commands) {
            if (!has(command)) {
                return "the command " + command + " is missing (Debian: apt install "
                        + (command.equals("ip") ? "iproute2" : "util-linux") + ")";
            }
        }
        return null;
    }

    private static long effectiveCapabilities() throws IOException {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(EFFECTIVE))
                    .mapToLong(line -> Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), HEX))
                    .findFirst().orElse(0);
        }
    }
}
