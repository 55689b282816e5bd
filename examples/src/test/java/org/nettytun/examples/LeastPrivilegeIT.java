package org.nettytun.examples;

import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The files of {@code docs/systemd}: devices that somebody else prepared, and a router that may do nothing else. */
class LeastPrivilegeIT {
    private static final Path DOCS = Path.of("../docs/systemd");
    private static final Path DEVICES = DOCS.resolve("nettytun-devices.service");
    private static final String NONE = "0000000000000000";
    private static final int LINES = 5;

    @Test
    @NeedsDevices
    void routesWithoutAnyCapability() throws Exception {
        try (Netns a = new Netns(); Netns b = new Netns(); Netns middle = new Netns()) {
            cable(middle, a, "a", 1);
            cable(middle, b, "b", 2);
            commands("ExecStart=").forEach(command -> middle.exec(command.split(" ")));
            through(middle, "a", 100);
            through(middle, "b", 101);
            try (Jar router = Jar.startWithoutCapabilities(middle, "router", "@" + DOCS.resolve("router.conf"))) {
                router.await("ready");
                for (String address : new String[] {"10.2.0.2", "fd02::2"}) {   // until cables know their neighbours
                    Eventually.await(() -> a.exec("sh", "-c", "ping -n -c 1 -W 1 " + address + " || true")
                            .contains("1 received"), () -> "no answer of " + address + ": " + router.lines());
                }
                Process ping4 = a.start("ping", "-n", "-q", "-i", "0.001", "-c", "1000", "10.2.0.2");
                Process ping6 = a.start("ping", "-n", "-q", "-i", "0.001", "-c", "1000", "fd02::2");
                long checked = 0;
                while (ping4.isAlive() || ping6.isAlive()) {
                    checked = capabilities(router.pid()).peek(line -> assertTrue(line.endsWith(NONE), line)).count();
                }
                assertTrue(checked > 10 * LINES, "lines of threads: " + checked);
                assertReceived(ping4, middle, router);
                assertReceived(ping6, middle, router);
                router.terminate();
                assertEquals(0, router.awaitEnd(5), () -> router.lines().toString());
            }
            assertTrue(middle.ip("link").contains("tun-a"), "what others made stays");
            commands("ExecStop=").forEach(command -> middle.exec(command.split(" ")));
        }
    }

    private static void assertReceived(Process ping, Netns middle, Jar router) throws IOException {
        String printed = new String(ping.getInputStream().readAllBytes());
        assertTrue(printed.contains("1000 received"), () -> printed + middle.ip("-s", "link") + router.lines());
    }

    /** Lines of all sets of all threads. */
    private static Stream<String> capabilities(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return threads.toList().stream().flatMap(LeastPrivilegeIT::status).filter(line -> line.startsWith("Cap"));
        }
    }

    private static Stream<String> status(Path thread) {
        try {
            return Files.readAllLines(thread.resolve("status")).stream();
        } catch (IOException e) {
            if (!Files.exists(thread)) {
                return Stream.of();   // it has ended meanwhile
            }
            throw new UncheckedIOException(e);
        }
    }

    /** The unit's, but for the user, which is on no machine yet. */
    private static List<String> commands(String key) {
        try {
            return Files.readAllLines(DEVICES).stream().filter(line -> line.startsWith(key))
                    .map(line -> line.substring(key.length()).replace("user nettytun", "user root")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void cable(Netns middle, Netns host, String letter, int number) {
        Netns.run("ip", "link", "add", "to-" + letter, "netns", middle.name(), "type", "veth", "peer", "name", "eth0",
                "netns", host.name());
        address(middle, "to-" + letter, number, 1);
        address(host, "eth0", number, 2);
        host.ip("route", "add", "default", "via", "10." + number + ".0.1");
        host.ip("route", "add", "default", "via", "fd0" + number + "::1");
    }

    private static void address(Netns where, String link, int network, int host) {
        where.ip("address", "add", "10." + network + ".0." + host + "/24", "dev", link);
        where.ip("address", "add", "fd0" + network + "::" + host + "/64", "dev", link, "nodad");
        where.ip("link", "set", link, "up");
    }

    /** What comes by the cable goes through the router. */
    private static void through(Netns middle, String letter, int table) {
        middle.exec("sh", "-c", "cd /proc/sys/net && echo 1 > ipv4/ip_forward && echo 1 > ipv6/conf/all/forwarding"
                + " && for each in ipv4/conf/*/rp_filter; do echo 0 > $each; done");
        for (String family : new String[] {"-4", "-6"}) {
            middle.ip(family, "rule", "add", "iif", "to-" + letter, "lookup", Integer.toString(table));
            middle.ip(family, "route", "add", "default", "dev", "tun-" + letter, "table", Integer.toString(table));
        }
    }

    @Test
    void systemdIsContent() {
        Netns.run("systemd-analyze", "verify", DEVICES.toString(),
                DOCS.resolve("nettytun-router.service").toString());
    }
}
