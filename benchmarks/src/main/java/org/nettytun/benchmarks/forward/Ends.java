package org.nettytun.benchmarks.forward;

import com.google.gson.JsonParser;
import org.nettytun.benchmarks.run.Namespace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Two network namespaces, each with a device to the program between them. A's kernel has 10.81.1.1, B's has 10.81.2.1;
 * the router between them, if there is one that has addresses, is 254 in each network.
 */
final class Ends implements AutoCloseable {
    /** A's device. */
    static final String DEVICE_A = "fa";
    /** B's device. */
    static final String DEVICE_B = "fb";
    /** The receiver's address. */
    static final String ADDRESS_B = "10.81.2.1";

    private static final int LOOKS = 500;
    /** Of what a kernel sends. */
    private static final int FIRST_TIME_TO_LIVE = 64;

    private final Namespace a;
    private final Namespace b;

    private Ends(Namespace a, Namespace b) {
        this.a = a;
        this.b = b;
    }

    /** Makes both, without devices. */
    static Ends create() throws IOException {
        Namespace a = Namespace.create();
        try {
            return new Ends(a, Namespace.create());
        } catch (IOException e) {
            a.close();
            throw e;
        }
    }

    /** The sender's. */
    Namespace a() {
        return a;
    }

    /** The receiver's. */
    Namespace b() {
        return b;
    }

    /** A program that has no eyes for namespaces made both devices in A: moves B's to where it belongs. */
    void move() throws IOException, InterruptedException {
        a.run("ip", "link", "set", "dev", DEVICE_B, "netns", Long.toString(b.pid()));
    }

    /** Gives both devices their addresses and sets them up, and routes from each end to the other. */
    void configure() throws IOException, InterruptedException {
        configure(b, DEVICE_B, 2, 1);   // first: some programs do not survive a write to a device that is down
        configure(a, DEVICE_A, 1, 2);
    }

    private static void configure(Namespace end, String device, int here, int there)
            throws IOException, InterruptedException {
        end.script("ip address add 10.81." + here + ".1/24 dev " + device + "\n"
                + "ip link set dev " + device + " up\n"
                + "ip route add 10.81." + there + ".0/24 via 10.81." + here + ".254");
    }

    /** A device that was just set up drops what it is given, until the kernel's work queue got round to it. */
    void await() throws IOException, InterruptedException {
        await(a, DEVICE_A);
        await(b, DEVICE_B);
    }

    /**
     * Pings once.
     *
     * @param hops that the answer has behind it
     * @throws IOException there was none, or it had come another way
     */
    void ping(int hops) throws IOException, InterruptedException {
        String printed = a.run("ping", "-n", "-c", "1", "-W", "2", ADDRESS_B);
        if (!printed.contains(" ttl=" + (FIRST_TIME_TO_LIVE - hops) + ' ')) {
            throw new IOException("expected an answer with ttl=" + (FIRST_TIME_TO_LIVE - hops) + ": "
                    + printed.strip());
        }
    }

    private static void await(Namespace end, String device) throws IOException, InterruptedException {
        for (int i = 0; i < LOOKS; i++) {
            String link = end.run("ip", "-oneline", "link", "show", "dev", device);
            if (!link.contains("qdisc noop") && link.contains("LOWER_UP")) {
                return;
            }
        }
        throw new IOException(device + " does not come up");
    }

    /** Packets that the program wrote to A's device so far, as the device counts them. */
    long writtenToA() throws IOException, InterruptedException {
        return written(a, DEVICE_A);
    }

    /**
     * Datagrams that reached B's UDP so far, those that its sockets had no room for included. Several that came as one
     * packet count as several.
     */
    long arrivedAtB() throws IOException {
        return UdpCounters.parse(Files.readAllLines(Path.of("/proc/" + b.pid() + "/net/snmp"))).arrived();
    }

    private static long written(Namespace end, String device) throws IOException, InterruptedException {
        return JsonParser.parseString(end.run("ip", "-json", "-statistics", "link", "show", "dev", device))
                .getAsJsonArray().get(0).getAsJsonObject().getAsJsonObject("stats64").getAsJsonObject("rx")
                .get("packets").getAsLong();
    }

    @Override
    public void close() {
        b.close();
        a.close();
    }
}
