package org.nettytun.examples;

import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.NeedsPrograms;
import org.nettytun.linux.fixture.Netns;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
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

    private static int queueOf(Netns a, String from, String to, URI interfaces) throws IOException {
        Queue[] before = queues(interfaces);
        String printed = a.exec("ping", "-n", "-q", "-c", Integer.toString(PINGS), "-i", "0.001", "-I", from, to);
        assertTrue(printed.contains(PINGS + " received"), printed);
        Queue[] after = queues(interfaces);
        int[] sent = IntStream.range(0, 2 * QUEUES).map(i -> (int) (after[i].sent - before[i].sent)).toArray();
        int queue = sent[0] > 0 ? 0 : 1;
        for (int i = 0; i < sent.length; i++) {
            assertEquals(i % QUEUES == queue ? PINGS : 0, sent[i], "sent by queue " + i % QUEUES + " of " + from);
        }
        return queue;
    }

    /** Eight streams each way: what a queue took in has left by the queue of its index, and by no other. */
    private static void manyConnections(Netns a, Netns b, URI interfaces) throws Exception {
        Process server = b.start("iperf3", "-s", "-1");
        Eventually.await(() -> b.exec("ss", "-tln").contains(":5201"), () -> "no server: " + server.isAlive());
        a.exec("iperf3", "-c", "10.2.0.1", "-t", "1", "-P", "8", "--bidir");
        Queue[] now = queues(interfaces);
        for (int i = 0; i < QUEUES; i++) {
            assertTrue(now[i].read > 1000 && now[QUEUES + i].read > 1000, "queue " + i + " is idle");
            assertEquals(now[i].read - now[i].dropped, now[QUEUES + i].sent, "there, by queue " + i);
            assertEquals(now[QUEUES + i].read - now[QUEUES + i].dropped, now[i].sent, "and back, by queue " + i);
        }
    }

    /** First those of ra, then those of rb. */
    private static Queue[] queues(URI interfaces) throws IOException {
        try (InputStream body = interfaces.toURL().openStream()) {
            String page = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            return QUEUE.matcher(page).results().map(Queue::new).toArray(Queue[]::new);
        }
    }

    private record Queue(long read, long dropped, long sent) {
        Queue(MatchResult found) {
            this(Long.parseLong(found.group(1)), sum(found.group(2)), Long.parseLong(found.group(3)));
        }

        private static long sum(String drops) {
            return NUMBER.matcher(drops).results().flatMap(number -> Stream.of(number.group()))
                    .mapToLong(Long::parseLong).sum();
        }
    }
}
