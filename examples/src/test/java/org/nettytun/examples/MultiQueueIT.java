package org.nettytun.examples;

import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.NeedsPrograms;
import org.nettytun.linux.fixture.Netns;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Two queues, two loops: a flow has one of each, in both directions. */
@NeedsDevices
@NeedsPrograms({"iperf3", "ping"})
class MultiQueueIT {
    private static final int QUEUES = 2;
    private static final int FLOWS = 12;
    private static final int PINGS = 20;
    private static final Pattern QUEUE = Pattern.compile("\"inbound\":\\{\"packets\":(\\d+),\"bytes\":\\d+,"
            + "\"drops\":\\{([^}]*)}},\"outbound\":\\{\"packets\":(\\d+)");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    @Test
    void aFlowStaysOnItsQueueInBothDirections() throws Exception {
        try (Netns a = new Netns(); Netns b = new Netns(); Jar router = Jar.start("router",
                "--interface", "ra,netns=" + a.name() + ",host=10.1.0.1/16,host=fd01::1/64,router=10.1.0.254"
                        + ",router=fd01::fe,queues=" + QUEUES,
                "--interface", "rb,netns=" + b.name() + ",host=10.2.0.1/24,host=fd02::1/64,router=10.2.0.254"
                        + ",router=fd02::fe,queues=" + QUEUES, "--metrics-port", "0")) {
            URI interfaces = URI.create(router.await("metrics at").replaceAll(".*(http.*)/metrics", "$1/interfaces"));
            router.await("ready");
            BitSet used = new BitSet();
            for (int flow = 0; flow < FLOWS; flow++) {
                String source4 = "10.1.1." + flow;
                String source6 = "fd01::1:" + flow;
                a.ip("address", "add", source4 + "/16", "dev", "ra");
                a.ip("address", "add", source6 + "/64", "dev", "ra", "nodad");
                used.set(queueOf(a, source4, "10.2.0.1", interfaces));
                used.set(queueOf(a, source6, "fd02::1", interfaces));
            }
            assertEquals(QUEUES, used.cardinality(), "queues that flows were spread over");
            manyConnections(a, b, interfaces);
        }
    }

    private static int queueOf(Netns a, String from, String to, URI interfaces) {
        Queue[] before = queues(interfaces);
        String printed = a.exec("ping", "-n", "-q", "-c", Integer.toString(PINGS), "-i", "0.001", "-I", from, to);
        assertTrue(printed.contains(PINGS + " received"), printed);
        AtomicReference<int[]> sent = new AtomicReference<>();
        Eventually.await(() -> {
            Queue[] after = queues(interfaces);
            sent.set(IntStream.range(0, 2 * QUEUES).map(i -> (int) (after[i].sent - before[i].sent)).toArray());
            return IntStream.of(sent.get()).sum() == 2 * PINGS;
        }, () -> "sent by the queues for " + from + ": " + Arrays.toString(sent.get()));
        int queue = sent.get()[0] > 0 ? 0 : 1;
        for (int i = 0; i < 2 * QUEUES; i++) {
            assertEquals(i % QUEUES == queue ? PINGS : 0, sent.get()[i], "sent by queue " + i % QUEUES + " of " + from);
        }
        return queue;
    }

    /**
     * Eight streams each way: what a queue took in has left by the queue of its index, and by no other. When iperf3
     * ends, packets are still under way, and a page's numbers are not all of one instant: hence awaited.
     */
    private static void manyConnections(Netns a, Netns b, URI interfaces) throws Exception {
        Process server = b.start("iperf3", "-s", "-1");
        Eventually.await(() -> b.exec("ss", "-tln").contains(":5201"), () -> "no server: " + server.isAlive());
        a.exec("iperf3", "-c", "10.2.0.1", "-t", "1", "-P", "8", "--bidir");
        AtomicReference<Queue[]> last = new AtomicReference<>();
        Eventually.await(() -> {
            Queue[] now = queues(interfaces);
            last.set(now);
            return IntStream.range(0, QUEUES).allMatch(i -> now[i].forwarded() == now[QUEUES + i].sent
                    && now[QUEUES + i].forwarded() == now[i].sent);
        }, () -> "both queues of ra, both of rb: " + Arrays.toString(last.get()));
        for (Queue queue : last.get()) {
            assertTrue(queue.read > 1000, "a queue is idle: " + Arrays.toString(last.get()));
        }
    }

    /** First those of ra, then those of rb. */
    private static Queue[] queues(URI interfaces) {
        try (InputStream body = interfaces.toURL().openStream()) {
            String page = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            return QUEUE.matcher(page).results().map(Queue::new).toArray(Queue[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException("the router's page", e);
        }
    }

    private record Queue(long read, long dropped, long sent) {
        Queue(MatchResult found) {
            this(Long.parseLong(found.group(1)), sum(found.group(2)), Long.parseLong(found.group(3)));
        }

        long forwarded() {
            return read - dropped;
        }

        private static long sum(String drops) {
            return NUMBER.matcher(drops).results().flatMap(number -> Stream.of(number.group()))
                    .mapToLong(Long::parseLong).sum();
        }
    }
}
