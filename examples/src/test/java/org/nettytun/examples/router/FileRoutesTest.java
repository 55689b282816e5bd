package org.nettytun.examples.router;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.stats.Direction;
import org.nettytun.stats.TunDropReason;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicBoolean;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nettytun.examples.router.TestPackets.v4;
import static org.nettytun.examples.router.TestPackets.v6;

/** Routes that come and go with a file, under a router that routes. */
class FileRoutesTest {
    private static final String FIRST = "10.20.0.0/16,interface=b0\nfd20::/32,interface=b0\n";

    @TempDir
    private Path folder;
    private Path file;
    private PairRouter net;

    @BeforeEach
    void start() throws Exception {
        file = Files.writeString(folder.resolve("routes"), FIRST);
        net = new PairRouter(0, file);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private void replace(String text) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private void awaitLog(String text) {
        Eventually.await(() -> net.log().stream().anyMatch(line -> line.contains(text)),
                () -> text + " expected: " + net.log());
    }

    @Test
    void theyAreThereFromTheFirstPacketOn() throws Exception {
        net.send(0, v4("10.1.0.1", "10.20.1.1", 60));
        net.send(0, v6("fd01::1", "fd20::1", 80));
        assertEquals(60, net.receive(1).readableBytes());
        assertEquals(80, net.receive(1).readableBytes());
        awaitLog("2 routes, 2 put, 0 removed");
    }

    @Test
    void aNewFileTakesTheOldOnesPlace() throws Exception {
        replace("# another\n\n  10.30.0.0/16,interface=b0   # at b0\n10.20.0.0/16,blackhole\n");
        awaitLog("2 routes, 2 put, 1 removed");
        net.send(0, v4("10.1.0.1", "10.30.1.1", 61));
        assertEquals(61, net.receive(1).readableBytes());
        net.send(0, v4("10.1.0.1", "10.20.1.1", 60));
        net.assertDropped(TunDropReason.ROUTE_BLACKHOLE);
    }

    @Test
    void aFileThatIsWrittenInPlaceIsSeen() throws Exception {
        Files.writeString(file, "10.30.0.0/16,interface=b0\n");
        awaitLog("1 routes, 1 put, 2 removed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "10.30.0.0/16,interface=c0|:2: a route must name an --interface: interface=c0, expected one of [a0, b0]",
        "10.30.0.0/16|:2: a route is CIDR,interface=NAME",
        "10.30.0.1/16,blackhole|:2: a route leads to a network, whose host bits are zero",
        "10.30.0.0/33,blackhole|:2: route=10.30.0.0/33",
        "10.40.0.0/16,prohibit|:2: a network can be one thing only: network=10.40.0.0/16, in line 1 and in line 2",
        "10.1.0.0/24,blackhole|:2: a network can be one thing only: network=10.1.0.0/24, at a0 and in line 2",
        "10.9.0.0/16,blackhole|network=10.9.0.0/16, at b0 and in line 2",
        "10.1.0.254/32,blackhole|network=10.1.0.254/32, the router's own and in line 2"})
    void oneWrongLineAndNothingChanges(String line, String expected) throws Exception {
        replace("10.40.0.0/16,interface=b0\n" + line + "\n");
        awaitLog(expected);
        awaitLog("; the routes stay as they were");
        assertTrue(net.router().routesProblem().contains(expected));
        net.send(0, v4("10.1.0.1", "10.20.1.1", 60));
        assertEquals(60, net.receive(1).readableBytes());
        assertEquals(null, net.router().routes().lookup(0x0a280001), "10.40.0.1");

        replace(FIRST);
        awaitLog("2 routes, 0 put, 0 removed");
        assertEquals(null, net.router().routesProblem());
    }

    @Test
    void aFileThatIsGoneChangesNothing() throws Exception {
        Files.delete(file);
        awaitLog("routes cannot be read: file=" + file);
        net.send(0, v4("10.1.0.1", "10.20.1.1", 60));
        assertEquals(60, net.receive(1).readableBytes());
    }

    /** One route covers the destination at any time, though no single one does. */
    @Test
    void noPacketIsLostMeanwhile() throws Exception {
        RouterPlan plan = new RouterPlan(net.plan().interfaces(), net.plan().routes(), folder.resolve("flip"), 0);
        FileRoutes routes = new FileRoutes(plan, net.router().ports(), net.router().routes(), line -> { });
        flip(routes, 0);
        AtomicBoolean done = new AtomicBoolean();
        Thread flipping = new Thread(() -> {
            for (int i = 1; !done.get(); i++) {
                flip(routes, i);
            }
        });
        flipping.start();
        int sent = 5_000;
        for (int i = 0; i < sent; i++) {
            net.send(0, v4("10.1.0.1", "10.97.0.1", 60));
            ByteBuf packet = net.receive(1);
            assertEquals(60, packet.readableBytes());
        }
        done.set(true);
        flipping.join();
        assertEquals(0, net.router().channels().get(0).stats().dropped(Direction.INBOUND));
    }

    private void flip(FileRoutes routes, int round) {
        String text = switch (round % 3) {
            case 0 -> "10.64.0.0/10,interface=b0";
            case 1 -> "10.96.0.0/12,interface=b0\n10.97.0.0/16,interface=b0";
            default -> "10.64.0.0/10,interface=b0\n10.97.0.0/16,unreachable\n10.97.0.0/24,interface=b0";
        };
        try {
            Files.writeString(folder.resolve("flip"), text + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        routes.reload();
    }
}
