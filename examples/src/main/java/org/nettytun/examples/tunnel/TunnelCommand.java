package org.nettytun.examples.tunnel;

import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.examples.Arguments;
import org.nettytun.examples.HostAddress;
import org.nettytun.examples.MetricsServer;
import org.nettytun.examples.Stop;
import org.nettytun.linux.IpPrefix;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** Joins this host's TUN device with another host's, over UDP. */
@Command(name = "tunnel", mixinStandardHelpOptions = true,
        description = {"One end of a tunnel: what the kernel routes to a TUN device goes to the peer over UDP and comes"
                + " out of its device, until it is told to stop. Start the same there with --local and --peer"
                + " exchanged.",
            "There is no handshake. Without --key anybody on the way can read and change packets. With it they are"
                + " sealed with AES-256-GCM, and each is let in once; but who learns the key can read what was recorded"
                + " before, and the clock must not be set back between two starts. For secrets there is WireGuard."})
public final class TunnelCommand implements Callable<Integer> {
    private final Stop stop;

    @Option(names = "--device", required = true, converter = DeviceConverter.class, paramLabel = "NAME[,netns=NS]",
            description = "The TUN device to create. netns: in which namespace, by name or path (default: the current"
                    + " one; the socket is always there).")
    private Device device;

    @Option(names = "--address", required = true, arity = "1..*", converter = AddressConverter.class,
            paramLabel = "CIDR", description = "The device's addresses, with their networks behind the tunnel.")
    private List<IpPrefix> addresses;

    @Option(names = "--local", required = true, converter = Endpoints.class, paramLabel = "IP:PORT",
            description = "Where datagrams come from and arrive.")
    private InetSocketAddress local;

    @Option(names = "--peer", required = true, converter = Endpoints.class, paramLabel = "IP:PORT",
            description = "The other end's --local: what comes from elsewhere is dropped, so no NAT may stand"
                    + " between.")
    private InetSocketAddress peer;

    @Option(names = "--mtu", converter = MtuConverter.class, paramLabel = "N",
            description = "The device's, in bytes. Default: what fits a link of 1500 with the headers of IP (20, or 40"
                    + " for IPv6), UDP (8) and the tunnel (8), so 1464 or 1444; with --key the tunnel needs 32: 1440"
                    + " or 1420.")
    private Integer mtu;

    @Option(names = "--key", paramLabel = "FILE", description = "Seals packets with the secret in that file: 64"
            + " hexadecimal digits, the same on both ends, as `openssl rand -hex 32` prints them.")
    private Path keyFile;

    @Option(names = "--workers", defaultValue = "0", converter = WorkersConverter.class, paramLabel = "N",
            description = "Threads that seal and open, a flow always on one of them (default: 0, the event loop does).")
    private int workers;

    @Option(names = "--queue", defaultValue = "500", converter = QueueConverter.class, paramLabel = "N",
            description = "Datagrams that may wait while the socket takes none, and packets that may be with the"
                    + " workers; more are dropped and counted as QDISC_DROP (default: ${DEFAULT-VALUE}).")
    private int queue;

    @Option(names = "--metrics-port", converter = Arguments.PortConverter.class, paramLabel = "N",
            description = "Serves Prometheus at http://127.0.0.1:N/metrics; 0 for any free port.")
    private Integer metricsPort;

    @Spec
    private CommandSpec spec;

    /** @param stop ends it */
    public TunnelCommand(Stop stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws Exception {
        TunnelPlan plan = plan();
        boolean gone;
        Tunnel tunnel = Tunnel.start(plan, this::say);
        try (tunnel; MetricsServer metrics = metricsPort == null ? null
                : MetricsServer.start(metricsPort, new TunnelMetrics(tunnel))) {
            if (metrics != null) {
                say("metrics at " + metrics.url());
            }
            say(tunnel.tun().localAddress() + " is up: mtu " + plan.mtu() + ", " + addresses + ", "
                    + Endpoints.format(local) + " to " + Endpoints.format(peer)
                    + (plan.isSealed() ? ", sealed by " + (workers == 0 ? "the loop" : workers + " workers") : ""));
            tunnel.tun().closeFuture().addListener(closed -> stop.request());
            stop.await();
            gone = !tunnel.tun().isOpen();
        }
        say("device: " + tunnel.tun().stats());
        say("peer: " + tunnel.datagrams() + "; of the peer's, missing " + tunnel.missing());
        say(NapiByteBufAllocator.DEFAULT.alive() + " packets did not come back");
        return gone ? 1 : 0;
    }

    private TunnelPlan plan() {
        try {
            SealKey key = keyFile == null ? null : key();
            int bytes = mtu == null ? TunnelPlan.defaultMtu(local, key != null) : mtu;
            return new TunnelPlan(device.name(), device.netns(), addresses, local, peer, bytes, key, workers, queue);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private SealKey key() {
        try {
            return SealKey.read(keyFile);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--key " + keyFile + " " + e.getMessage(), e);
        }
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("tunnel: " + line);
        out.flush();
    }

    /** @param netns null: the current one */
    private record Device(String name, String netns) {
    }

    /** {@code NAME[,netns=NS]}. */
    static final class DeviceConverter implements ITypeConverter<Device> {
        @Override
        public Device convert(String value) {
            String[] pieces = value.split(",", -1);
            String name = Arguments.deviceName("device", pieces[0]);
            if (pieces.length == 1) {
                return new Device(name, null);
            }
            if (pieces.length > 2 || !pieces[1].matches("netns=.+")) {
                throw Arguments.wrong(name + ": expected netns=NS and nothing else: " + value, null);
            }
            return new Device(name, Arguments.netns(name + ": netns", pieces[1].substring("netns=".length())));
        }
    }

    /** Of a host, with a length. */
    static final class AddressConverter implements ITypeConverter<IpPrefix> {
        @Override
        public IpPrefix convert(String value) {
            IpPrefix address = Arguments.prefix("address", value);
            HostAddress.check("address", address.address(), List.of(address));
            return address;
        }
    }

    /** What can be is known when the rest is. */
    static final class MtuConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return Arguments.number("mtu", value, 68, 65535);
        }
    }

    /** Not more than there are flows. */
    static final class WorkersConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return Arguments.number("workers", value, 0, 256);
        }
    }

    /** So many may be overtaken by others, and must still be let in. */
    static final class QueueConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return Arguments.number("queue", value, 1, ReplayWindow.SIZE / 2);
        }
    }
}
