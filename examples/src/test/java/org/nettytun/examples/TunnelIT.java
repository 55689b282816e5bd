package org.nettytun.examples;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.NeedsPrograms;
import org.nettytun.linux.fixture.Netns;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Two ends of the tunnel of the finished jar, each in the namespace of its host, over a cable between them. */
@NeedsDevices
@NeedsPrograms({"iperf3", "ping"})
class TunnelIT {
    private static final int FILE_BYTES = 16 << 20;
    private static final Pattern RECEIVED = Pattern.compile("\"sum_received\":\\s*\\{[^}]*\"bits_per_second\":\\s*"
            + "([\\d.e+]+)");
    private static final Pattern QUEUE_DROPS = Pattern.compile("QDISC_DROP=(\\d+)");

    @TempDir
    private Path folder;

    private Jar start(Netns host, String inner, String local, String peer, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("tunnel", "--device", "tt0", "--address",
                "10.7.0." + inner + "/24", "fd07::" + inner + "/64", "--local", local, "--peer", peer));
        words.addAll(List.of(more));
        return Jar.startIn(host, words.toArray(String[]::new));
    }

    private String[] sealed(int workers) throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4) + "\n");
        return new String[] {"--key", key.toString(), "--workers", Integer.toString(workers)};
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1:4789, 192.0.2.2:4789, -1, 1464",
        "192.0.2.1:4789, 192.0.2.2:4789, 0, 1440",
        "[2001:db8::1]:4789, [2001:db8::2]:4790, 2, 1420",
    })
    void carriesPingBulkAndAFile(String a, String b, int workers, int mtu) throws Exception {
        String[] more = workers < 0 ? new String[0] : sealed(workers);
        try (Hosts hosts = Hosts.joined(); Jar one = start(hosts.a(), "1", a, b, more);
                Jar two = start(hosts.b(), "2", b, a, more)) {
            one.await("is up: mtu " + mtu);
            two.await("is up: mtu " + mtu);
            for (String target : new String[] {"10.7.0.2", "fd07::2"}) {
                int headers = target.contains(":") ? 48 : 28;
                for (int size : new int[] {8, mtu - headers}) {
                    // In a burst, and one more: after its last, ping waits no longer than the interval, or twice the
                    // longest round trip.
                    String printed = hosts.a().exec("ping", "-n", "-q", "-c", "251", "-l", "250", "-i", "0.5", "-M",
                            "do", "-s", Integer.toString(size), target);
                    assertTrue(printed.contains("251 received") && printed.contains(" 0% packet loss"), printed);
                }
            }
            assertBulk(hosts, "10.7.0.2");
            assertBulk(hosts, "fd07::2", "-R");
            assertFileCrosses(hosts, "10.7.0.2");
            ends(one, two);
        }
    }

    private static void assertBulk(Hosts hosts, String server, String... more) throws IOException {
        Process listening = hosts.b().start("iperf3", "-s", "-1", "-B", server, "--forceflush");
        BufferedReader output = listening.inputReader();
        String line = output.readLine();
        while (line != null && !line.contains("listening")) {
            line = output.readLine();
        }
        List<String> words = new ArrayList<>(List.of("iperf3", "-c", server, "-t", "2", "-J"));
        words.addAll(List.of(more));
        String printed = hosts.a().exec(words.toArray(String[]::new));
        Matcher received = RECEIVED.matcher(printed);
        assertTrue(received.find(), printed);
        double bits = Double.parseDouble(received.group(1));
        assertTrue(bits > 1e7, () -> "hardly anything came through: " + bits + " bit/s");
    }

    private void assertFileCrosses(Hosts hosts, String server) throws Exception {
        byte[] content = new byte[FILE_BYTES];
        new Random(7).nextBytes(content);
        Path file = Files.write(folder.resolve("sent"), content);
        ServerSocketChannel.open().close();   // whatever Java starts for the first socket starts here, not there
        try (ServerSocketChannel listening = hosts.b().namespace().call(ServerSocketChannel::open);
                SocketChannel out = hosts.a().namespace().call(SocketChannel::open)) {
            listening.bind(new InetSocketAddress(server, 0));
            CompletableFuture<String> arrived = CompletableFuture.supplyAsync(() -> hashOfOneConnection(listening));
            out.connect(listening.getLocalAddress());
            try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ)) {
                long at = 0;
                while (at < from.size()) {
                    at += from.transferTo(at, from.size() - at, out);
                }
            }
            out.shutdownOutput();
            assertEquals(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)),
                    arrived.get());
        }
    }

    private static String hashOfOneConnection(ServerSocketChannel listening) {
        try (SocketChannel in = listening.accept(); InputStream bytes = Channels.newInputStream(in)) {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            byte[] chunk = new byte[1 << 16];
            for (int n = bytes.read(chunk); n >= 0; n = bytes.read(chunk)) {
                hash.update(chunk, 0, n);
            }
            return HexFormat.of().formatHex(hash.digest());
        } catch (Exception e) {
            throw new AssertionError("receiving", e);
        }
    }

    private static void ends(Jar... jars) throws InterruptedException {
        for (Jar jar : jars) {
            jar.terminate();
            assertEquals(0, jar.awaitEnd(5), () -> jar.lines().toString());
            jar.await("0 packets did not come back");
            assertFalse(jar.lines().toString().contains("LEAK"), () -> jar.lines().toString());
            assertFalse(jar.lines().toString().contains("Exception"), () -> jar.lines().toString());
        }
    }

    /** A cable of 4 Mbit/s, and more is sent: the socket's buffer fills, then the tunnel's queue, then it drops. */
    @ParameterizedTest
    @CsvSource({"-1", "2"})
    void dropsWhatASlowCableLeavesNoRoomFor(int workers) throws Exception {
        List<String> more = new ArrayList<>(List.of("--queue", "20", "--metrics-port", "0"));
        if (workers >= 0) {
            more.addAll(List.of(sealed(workers)));
        }
        String[] words = more.toArray(String[]::new);
        try (Hosts hosts = Hosts.joined();
                Jar one = start(hosts.a(), "1", "192.0.2.1:4789", "192.0.2.2:4789", words);
                Jar two = start(hosts.b(), "2", "192.0.2.2:4789", "192.0.2.1:4789", words)) {
            one.await("is up");
            two.await("is up");
            hosts.a().exec("tc", "qdisc", "add", "dev", Hosts.CABLE, "root", "tbf", "rate", "4mbit", "burst", "16k",
                    "limit", "4m");
            String port = one.await("metrics at").replaceAll(".*:(\\d+)/metrics", "$1");
            Process flood = hosts.a().start("ping", "-f", "-q", "-l", "1000", "-s", "1300", "-w", "20", "10.7.0.2");
            Eventually.await(() -> hosts.a().exec("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/" + port
                    + "; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3").contains("reason=\"QDISC_DROP\""),
                    () -> "no drop yet: " + one.lines());
            flood.destroy();
            ends(one, two);   // with the queue full
            Matcher drops = QUEUE_DROPS.matcher(one.await("device: "));
            assertTrue(drops.find() && Long.parseLong(drops.group(1)) > 0, () -> one.lines().toString());
        }
    }

    @Test
    void oneLineWhenItCannot() throws Exception {
        try (Hosts hosts = Hosts.joined(); Jar jar = start(hosts.a(), "1", "192.0.2.99:4789", "192.0.2.2:4789")) {
            assertEquals(1, jar.awaitEnd());
            assertEquals(1, jar.lines().size(), () -> jar.lines().toString());
            jar.await("--local cannot be used: local=192.0.2.99:4789");
            assertFalse(hosts.a().ip("link").contains("tt0"), "no device is left");
        }
    }
}
