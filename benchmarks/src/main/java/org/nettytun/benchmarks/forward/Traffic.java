package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.run.Commands;
import org.nettytun.benchmarks.run.Namespace;
import org.nettytun.benchmarks.run.Pinning;
import org.nettytun.benchmarks.run.Program;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Traffic from A to B through a program, and what is measured of it. The sender is always on the core of the others.
 * The receiver is there, too, so that the program has a core for itself; but not with unpaced UDP. There a sender that
 * shares its core offers less than the C program can forward, and all that are as fast as that would look alike.
 * So then the receiver shares the program's core.
 */
final class Traffic {
    private static final long PATIENCE_MILLIS = 10_000;
    /** Than any number of pings takes; it is ended when they are back. */
    private static final int LONGER_SECONDS = 600;
    private static final String PATIENCE_SECONDS = "120";
    private static final double KILO = 1e3;
    private static final double GIGA = 1e9;
    private static final double PERCENT = 100;

    private final Path errors;

    /** @param folder for what programs complain of */
    Traffic(Path folder) {
        errors = folder.resolve("traffic.err");
    }

    /** Lets a load through for so long, and measures. */
    Map<Metric, Double> run(Load load, Running running, Ends ends, Length length)
            throws IOException, InterruptedException {
        return switch (load.kind()) {
            case TCP -> Map.of(Metric.GBIT, iperf(load, ends, length.seconds).bitsPerSecond() / GIGA);
            case UDP -> datagrams(load, running, ends, length.seconds);
            case PING -> load.flags().isEmpty() ? pings(ends, length.pings) : pingsBesideTcp(load, ends, length.pings);
        };
    }

    /** Of a measurement: seconds of iperf3, or a number of pings, one a millisecond. */
    record Length(int seconds, int pings) {
    }

    private Iperf.Transfer iperf(Load load, Ends ends, int seconds) throws IOException, InterruptedException {
        Program server = server(load, ends);
        try {
            return Iperf.parse(atA(ends, client(load, seconds, "--json")));
        } finally {
            server.close();
        }
    }

    private Program server(Load load, Ends ends) throws IOException {
        int core = load.kind() == Load.Kind.UDP ? Pinning.MEASURED : Pinning.OTHERS;
        Program server = start("iperf3 --server", ends.b(), core,
                List.of("iperf3", "--server", "--one-off", "--forceflush"));
        try {
            Tied.await(server, "listening", PATIENCE_MILLIS);
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    private static List<String> client(Load load, int seconds, String output) {
        return Commands.concat(List.of("iperf3", "--client", Ends.ADDRESS_B, "--time", Integer.toString(seconds),
                "--connect-timeout", "2000", output), load.flags());
    }

    /** Runs one at the sender's end until it has done, or has hung. */
    private static String atA(Ends ends, List<String> words) throws IOException, InterruptedException {
        return Commands.run(Tied.command(Pinning.command(Pinning.OTHERS, ends.a().command(
                Commands.concat(List.of("timeout", "--signal", "KILL", PATIENCE_SECONDS), words)))));
    }

    private Program start(String name, Namespace end, int core, List<String> words) throws IOException {
        return Program.start(name, Tied.command(Pinning.command(core, end.command(words))), errors);
    }

    private Map<Metric, Double> datagrams(Load load, Running running, Ends ends, int seconds)
            throws IOException, InterruptedException {
        OptionalLong cpu = running.cpuNanos();
        long toA = ends.writtenToA();
        long before = ends.arrivedAtB();
        Iperf.Transfer transfer = iperf(load, ends, seconds);
        long forwarded = ends.arrivedAtB() - before;
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        double perSecond = 1 / transfer.seconds() / KILO;
        figures.put(Metric.SENT, transfer.sentBytes() * perSecond / load.payload());
        figures.put(Metric.FORWARDED, forwarded * perSecond);
        figures.put(Metric.RECEIVED, transfer.receivedBytes() * perSecond / load.payload());
        if (cpu.isPresent()) {
            double spent = running.cpuNanos().orElseThrow() - cpu.getAsLong();
            figures.put(Metric.CPU, spent / (forwarded + ends.writtenToA() - toA));
        }
        return figures;
    }

    private static Map<Metric, Double> pings(Ends ends, int count) throws IOException, InterruptedException {
        Ping.Echoes echoes = Ping.parse(atA(ends, Ping.command(Ends.ADDRESS_B, count)));
        if (echoes.received() == 0) {
            throw new IOException("ping: none of " + echoes.sent() + " was answered");
        }
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        Metric.LATENCIES.forEach(metric -> figures.put(metric, metric.of(echoes.micros())));
        figures.put(Metric.LOST, PERCENT * (echoes.sent() - echoes.received()) / echoes.sent());
        return figures;
    }

    private Map<Metric, Double> pingsBesideTcp(Load load, Ends ends, int count)
            throws IOException, InterruptedException {
        Program server = server(load, ends);
        try (Program client = start("iperf3 --client", ends.a(), Pinning.OTHERS,
                client(load, LONGER_SECONDS, "--forceflush"))) {
            Tied.await(client, "connected", PATIENCE_MILLIS);
            return pings(ends, count);
        } finally {
            server.close();
        }
    }
}
