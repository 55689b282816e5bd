package org.nettytun.examples;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.linux.fixture.Capture;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The router of the finished jar between two kernels. */
@NeedsDevices
class RouterIT {
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void routesBetweenNamespacesUntilItIsToldToStop(int queues) throws Exception {
        try (Netns a = new Netns(); Netns b = new Netns();
                Jar router = Jar.start("router",
                        "--interface", "ra,netns=" + a.name()
                                + ",host=10.1.0.1/24,host=fd01::1/64,router=10.1.0.254,router=fd01::fe,queues="
                                + queues,
                        "--interface", "rb,netns=" + b.name()
                                + ",host=10.2.0.1/24,host=fd02::1/64,router=10.2.0.254,router=fd02::fe,queues="
                                + queues,
                        "--route", "10.9.0.0/16,interface=rb", "--icmp-rate-limit", "off", "--metrics-port", "0")) {
            router.await("ready");
            for (String address : new String[] {"10.2.0.1", "fd02::1", "10.1.0.254", "fd01::fe"}) {
                String printed = a.exec("ping", "-n", "-q", "-c", "1000", "-i", "0.001", address);
                assertTrue(printed.contains("1000 received"), printed);
            }
            b.ip("address", "add", "10.9.0.1/32", "dev", "lo");
            assertTrue(a.exec("ping", "-n", "-q", "-c", "3", "-i", "0.01", "10.9.0.1").contains("3 received"));
            assertErrors(a);
            assertMetrics(router.await("metrics at"));

            router.terminate();
            assertEquals(0, router.awaitEnd(5), () -> router.lines().toString());
            assertFalse(a.ip("link").contains("ra"), "its device is gone");
            assertFalse(b.ip("link").contains("rb"), "its device is gone");
        }
    }

    private static Jar router(Netns a, String offloadA, Netns b, String offloadB) throws Exception {
        return Jar.start("router",
                "--interface", "ra,netns=" + a.name() + ",host=10.1.0.1/24,host=fd01::1/64,router=10.1.0.254"
                        + ",router=fd01::fe,offload=" + offloadA,
                "--interface", "rb,netns=" + b.name() + ",host=10.2.0.1/24,host=fd02::1/64,router=10.2.0.254"
                        + ",router=fd02::fe,offload=" + offloadB, "--metrics-port", "0");
    }

    /** Whole, if both sides take super-packets; split or merged, if one does. The kernels verify what is plain. */
    @ParameterizedTest
    @CsvSource({"on, on", "on, off", "off, on", "off, off"})
    void forwardsSuperPackets(String offloadA, String offloadB) throws Exception {
        try (Netns a = new Netns(); Netns b = new Netns(); Jar router = router(a, offloadA, b, offloadB)) {
            router.await("ready");
            b.start("iperf3", "-s", "-p", "5201");
            for (String server : new String[] {"10.2.0.1", "fd02::1"}) {
                Eventually.await(() -> a.exec("sh", "-c", "iperf3 -c " + server + " -n 20M || true")
                        .contains("receiver"), () -> router.lines().toString());
            }
            String metrics = page(router.await("metrics at"));
            boolean isSplit = offloadA.equals("on") && offloadB.equals("off");
            assertEquals(offloadA.equals("on"), isCounted(metrics, "ra", "super_read"), metrics);
            assertEquals(offloadB.equals("on"), isCounted(metrics, "rb", "super_sent"), metrics);
            assertEquals(isSplit, isCounted(metrics, "rb", "split"), metrics);
            assertFalse(isCounted(metrics, "rb", "offload_refused"), metrics);
            String errors = b.exec("sh", "-c", "grep ^Tcp: /proc/net/snmp | tail -1");
            assertTrue(errors.strip().endsWith(" 0"), errors); // InCsumErrors
        }
    }

    /** With its header's checksum and hop count changed, and split or completed, towards a side that takes no debts. */
    @ParameterizedTest
    @ValueSource(strings = {"10.2.0.1", "fd02::1"})
    void whatIsCapturedOnThePlainSideIsRightInItsChecksums(String server) throws Exception {
        try (Netns a = new Netns(); Netns b = new Netns(); Capture plain = new Capture(b);
                Jar router = router(a, "on", b, "off")) {
            router.await("ready");
            b.start("iperf3", "-s", "-p", "5201");
            String client = server.contains(":") ? "fd01::1" : "10.1.0.1";
            for (String load : new String[] {" -n 1M", " -u -b 20M -l 1000 -t 1"}) {
                for (String direction : new String[] {"", " -R"}) {
                    Eventually.await(() -> a.exec("sh", "-c", "iperf3 -c " + server + load + direction + " || true")
                            .contains("receiver"), () -> router.lines().toString());
                }
            }
            plain.verify();
            for (int protocol : new int[] {Capture.TCP, Capture.UDP}) {
                assertTrue(plain.count(client, server, protocol) > 100, plain::toString);
                assertTrue(plain.count(server, client, protocol) > 100, plain::toString);
            }
        }
    }

    private static boolean isCounted(String metrics, String device, String term) {
        String line = metrics.lines().filter(each -> each.startsWith("netty_tun_offload_packets_total{device=\""
                + device + "\"") && each.contains("term=\"" + term + "\"")).findFirst().orElseThrow();
        return !line.endsWith(" 0.0");
    }

    private static void assertErrors(Netns a) {
        assertTrue(failing(a, "-t", "1", "10.2.0.1").contains("Time to live exceeded"));
        assertTrue(failing(a, "-t", "1", "fd02::1").contains("Time exceeded"));
        a.ip("route", "add", "10.3.0.0/24", "dev", "ra");
        a.ip("route", "add", "fd03::/64", "dev", "ra");
        assertTrue(failing(a, "10.3.0.1").contains("Destination Net Unreachable"));
        assertTrue(failing(a, "fd03::1").contains("No route"));
    }

    private static String failing(Netns a, String... words) {
        String[] script = {"sh", "-c", "ping -n -c 1 -W 2 " + String.join(" ", words) + " || true"};
        return a.exec(script);
    }

    private static String page(String line) throws IOException {
        try (InputStream body = URI.create(line.substring(line.indexOf("http"))).toURL().openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void assertMetrics(String line) throws IOException {
        String text = page(line);
        assertTrue(text.contains("netty_tun_packets_total{device=\"ra\",direction=\"inbound\",queue=\"0\"}"), text);
        assertTrue(text.contains("reason=\"TTL_EXPIRED\"} "), text);
        assertTrue(text.contains("router_icmp_errors_total{outcome=\"sent\"} 4"), text);
    }

    @Test
    void oneLineWhenItCannot() throws Exception {
        try (Jar router = Jar.start("router", "--interface", "ra,netns=no-such,host=10.1.0.1/24,router=10.1.0.254",
                "--interface", "rb,netns=no-such,host=10.2.0.1/24,router=10.2.0.254")) {
            assertEquals(1, router.awaitEnd());
            assertEquals(1, router.lines().size(), () -> router.lines().toString());
            router.await("/run/netns/no-such");
        }
    }

    @Test
    void whatWasMadeIsGoneWhenAnotherInterfaceFails() throws Exception {
        try (Netns a = new Netns();
                Jar router = Jar.start("router",
                        "--interface", "ra,netns=" + a.name() + ",host=10.1.0.1/24,router=10.1.0.254",
                        "--interface", "rb,netns=no-such,host=10.2.0.1/24,router=10.2.0.254")) {
            assertEquals(1, router.awaitEnd());
            assertFalse(a.ip("link").contains("ra"), "its device is gone");
        }
    }

    @Test
    void oneLineWhenTheArgumentsAreWrong() throws Exception {
        try (Jar router = Jar.start("router", "--interface", "ra,netns=x")) {
            assertEquals(2, router.awaitEnd());
            assertEquals(1, router.lines().size(), () -> router.lines().toString());
        }
    }
}
