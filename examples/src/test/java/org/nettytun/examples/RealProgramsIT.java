package org.nettytun.examples;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.Jvm;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.NeedsPrograms;
import org.nettytun.linux.fixture.Netns;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Programs that know nothing of us, through a router whose second link has a smaller MTU. */
@NeedsDevices
@NeedsPrograms({"curl", "iperf3", "mtr", "ping", "tracepath", "traceroute"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealProgramsIT {
    private static final String MTU = "1400";
    private static final String LONGEST = "65507";
    private static final boolean SOAK = Integer.getInteger("nettytun.cycles") >= 10_000;
    private static final int MEBIBYTES = SOAK ? 1024 : 96;
    private static final int CONNECTIONS = 2000;

    private Netns a;
    private Netns b;
    private Jar router;

    @BeforeAll
    void start() throws IOException {
        a = new Netns();
        b = new Netns();
        router = Jar.start("router",
                "--interface", "ra,netns=" + a.name()
                        + ",host=10.1.0.1/24,host=fd01::1/64,router=10.1.0.254,router=fd01::fe",
                "--interface", "rb,netns=" + b.name()
                        + ",host=10.2.0.1/24,host=fd02::1/64,router=10.2.0.254,router=fd02::fe,mtu=" + MTU,
                "--icmp-rate-limit", "off");
        router.await("ready");
    }

    @AfterAll
    void stop() throws InterruptedException {
        router.terminate();
        assertEquals(0, router.awaitEnd(5), () -> router.lines().toString());
        router.close();
        a.close();
        b.close();
    }

    /** One ping of each, or of every 97th size; in fragments from about 1400 bytes on. */
    @ParameterizedTest
    @ValueSource(strings = {"10.2.0.1", "fd02::1", "10.1.0.254", "fd02::fe"})
    void pingOfAllSizes(String address) {
        String each = "ping -n -q -c 1 -W 2 -S 200000 " + address + " -s ";
        a.exec("sh", "-c", each + "1472 || true");   // the first that does not fit finds out the MTU, and is lost
        String lost = a.exec("sh", "-c", "for size in $(seq 0 " + (SOAK ? 1 : 97) + " " + LONGEST
                + ") 1372 1373 1472 1473 " + LONGEST + "; do " + each
                + "$size >&2 || echo lost: $size; done 2>/dev/null");
        assertEquals("", lost);
    }

    @ParameterizedTest
    @CsvSource({"10.2.0.1, 10.1.0.254", "fd02::1, fd01::fe"})
    void tracerouteSeesUsAndWhatIsBehind(String to, String us) {
        for (String how : List.of("-U", "-I", "-T")) {
            String printed = a.exec("traceroute", how, "-n", "-q", "2", "-w", "2", to);
            assertTrue(printed.matches("(?s).*\n +1  " + us + " .*\n +2  " + to + " .*"), how + ": " + printed);
            assertEquals(3, printed.lines().count(), printed);
        }
    }

    @ParameterizedTest
    @CsvSource({"10.2.0.1, 10.1.0.254", "fd02::1, fd01::fe"})
    void tracepathFindsTheMtu(String to, String us) {
        String printed = a.exec("tracepath", "-n", to);
        assertTrue(printed.contains("Resume: pmtu " + MTU + " hops 2 back 2"), printed);
        assertTrue(printed.contains(us), printed);
    }

    @ParameterizedTest
    @CsvSource({"10.2.0.1, 10.1.0.254", "fd02::1, fd01::fe"})
    void mtrLosesNothing(String to, String us) {
        String printed = a.exec("mtr", "-n", "-r", "-c", "5", "-i", "0.1", to);
        assertTrue(printed.matches("(?s).*1\\.\\|-- " + us + " +0\\.0% +5 .*2\\.\\|-- " + to + " +0\\.0% +5 .*"),
                printed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.2.0.1", "fd02::1"})
    void iperf3(String to) {
        String tcp = iperf3(to, "--bidir", "-P", "4");
        assertTrue(tcp.contains("iperf Done."), tcp);
        String udp = iperf3(to, "-u", "-b", "20M", "-l", "1300");
        assertTrue(udp.matches("(?s).* 0/\\d+ \\(0%\\) +receiver.*"), udp);
    }

    private String iperf3(String to, String... how) {
        b.start("iperf3", "-s", "-1");
        awaitPort("5201");
        return a.exec(Stream.concat(Stream.of("iperf3", "-c", to, "-t", "1"), Stream.of(how)).toArray(String[]::new));
    }

    private void awaitPort(String port) {
        Eventually.await(() -> b.exec("ss", "-tln").contains(":" + port + " "), () -> "nobody listens at " + port);
    }

    @ParameterizedTest
    @CsvSource({"10.2.0.1, 8080", "[fd02::1], 8081"})
    void aDownloadIsWhatWasServed(String host, String port, @TempDir Path folder) throws IOException {
        Path file = random(folder.resolve("file"), MEBIBYTES);
        serve(port, file);
        String served = Netns.run("sha256sum", file.toString()).substring(0, 64);
        String downloaded = a.exec("sh", "-c", "curl -sS -g http://" + host + ":" + port + "/ | sha256sum");
        assertEquals(served, downloaded.substring(0, 64));
    }

    @ParameterizedTest
    @CsvSource({"10.2.0.1, 8082", "[fd02::1], 8083"})
    void manyShortConnections(String host, String port, @TempDir Path folder) throws IOException {
        serve(port, Files.writeString(folder.resolve("file"), "short"));
        String printed = a.exec("sh", "-c", "curl -s -Z --parallel-max 50 -H 'Connection: close' -o /dev/null"
                + " -w '%{http_code} %{num_connects}\\n' 'http://" + host + ":" + port + "/[1-" + CONNECTIONS + "]'"
                + " 2>/dev/null");   // a meter
        assertEquals(CONNECTIONS, printed.lines().filter("200 1"::equals).count(), printed);
    }

    private void serve(String port, Path file) {
        b.start(Jvm.command(HttpFile.class, port, file.toString()).toArray(String[]::new));
        awaitPort(port);
    }

    private static Path random(Path file, int mebibytes) throws IOException {
        Random random = new Random(1);
        byte[] bytes = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(bytes);
                out.write(bytes);
            }
        }
        return file;
    }
}
