package org.nettytun.examples.router;

import org.nettytun.channel.TunChannel;
import org.nettytun.examples.Arguments;
import org.nettytun.examples.MetricsServer;
import org.nettytun.examples.Stop;
import org.nettytun.forward.IcmpLimits;
import org.nettytun.forward.Route;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** Routes between TUN devices, each in a network namespace of its own or in this one. */
@Command(name = "router", mixinStandardHelpOptions = true,
        description = {"Routes IPv4 and IPv6 between two or more TUN devices, until it is told to stop.",
            "In the namespace of each interface it sets up routes to all that is at the others.",
            "@FILE stands for the arguments in a file; # begins a comment there."})
public final class RouterCommand implements Callable<Integer> {
    private final Stop stop;

    @Option(names = "--interface", required = true, converter = InterfaceSpec.Converter.class,
            paramLabel = "NAME,netns=NS,host=CIDR[,host=CIDR],router=IP[,router=IP][,mtu=N][,queues=N]"
                    + "[,mss=N|mtu][,offload=on|off]",
            description = "A TUN device to create; two at least. netns: in which namespace, by name or path (default:"
                    + " the current one). host: address of the kernel's side, its network is connected. router: the"
                    + " router's own address. mtu: bytes (default 1500). queues: default 1. mss: no TCP"
                    + " connection through it has longer segments, in bytes, or than fit its mtu. offload: on lets"
                    + " segments of TCP and UDP come and go in super-packets of up to 64 KiB (default off).")
    private List<InterfaceSpec> interfaces;

    @Option(names = "--route", converter = StaticRoute.Converter.class, paramLabel = "CIDR,interface=NAME",
            description = "A network behind an interface; or instead of interface=NAME that it is unreachable,"
                    + " prohibit (the sender is told so) or blackhole (it is not).")
    private List<StaticRoute> routes = List.of();

    @Option(names = "--routes-file", paramLabel = "FILE",
            description = "Further routes, one a line; # begins a comment. Read again when the file changes; wrong, it"
                    + " changes nothing. Best replaced by a rename. The kernels of the links are not told of them.")
    private Path routesFile;

    @Option(names = "--icmp-rate-limit", defaultValue = "" + IcmpLimits.DEFAULT_PER_SECOND,
            converter = LimitConverter.class, paramLabel = "N|off",
            description = "ICMP errors a second in all (default: ${DEFAULT-VALUE}); each destination gets 6 at once,"
                    + " then 1 a second (IPv6: 10). off: no limit at all.")
    private int icmpPerSecond;

    @Option(names = "--metrics-port", converter = Arguments.PortConverter.class, paramLabel = "N",
            description = "Serves Prometheus at http://127.0.0.1:N/metrics; 0 for any free port. Beside it, as JSON:"
                    + " /routes, /interfaces, /healthz.")
    private Integer metricsPort;

    @Option(names = "--metrics-address", defaultValue = "127.0.0.1", converter = AddressConverter.class,
            paramLabel = "IP", description = "Where it is served (default: ${DEFAULT-VALUE}). Whoever gets there may"
                    + " read all of it, and change nothing.")
    private InetAddress metricsAddress;

    @Spec
    private CommandSpec spec;

    /** @param stop ends it */
    public RouterCommand(Stop stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws Exception {
        RouterPlan plan = plan();
        try (Router router = Router.start(plan, this::say);
                MetricsServer metrics = metricsPort == null ? null
                        : MetricsServer.start(new InetSocketAddress(metricsAddress, metricsPort),
                                new RouterMetrics(router), new StatusPages(router).all())) {
            if (metrics != null) {
                say("metrics at " + metrics.url());
            }
            say("ready");
            router.onAllClosed(stop::request);
            stop.await();
            boolean alive = router.channels().stream().anyMatch(TunChannel::isOpen);
            if (!alive) {
                say("all devices are gone");
                return 1;
            }
        }
        say("stopped");
        return 0;
    }

    private RouterPlan plan() {
        try {
            RouterPlan plan = new RouterPlan(interfaces, routes, routesFile, icmpPerSecond);
            if (routesFile != null) {
                RoutesFile.read(plan, route -> Route.Special.BLACKHOLE);   // to hear what is wrong with it
            }
            return plan;
        } catch (WrongPlan e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e, null, e.text());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("router: " + line);
        out.flush();
    }

    /** A number, or {@code off}. */
    static final class LimitConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return value.equals("off") ? 0 : Arguments.number("errors a second, or off,", value, 1, 1_000_000);
        }
    }

    /** A literal address of this machine. */
    static final class AddressConverter implements ITypeConverter<InetAddress> {
        @Override
        public InetAddress convert(String value) {
            return Arguments.address("metrics-address", value);
        }
    }
}
