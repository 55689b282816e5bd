package org.nettytun.benchmarks.forward;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.util.List;
import java.util.concurrent.Callable;

/** {@code bench forward}. */
@Command(name = "forward", mixinStandardHelpOptions = true,
        description = "Two network namespaces and a program between them: TCP, UDP and round trips with our router, C,"
                + " netty-tun, socat and the kernel.")
public final class ForwardCommand implements Callable<Integer> {
    private static final List<Load> QUICK = List.of(Load.TCP_1, Load.UDP_64, Load.PING_LOADED);

    @Option(names = "--contender", split = ",", paramLabel = "NAME", converter = Choices.OfContender.class,
            description = "Who: c, c-vnet, router, … (default: all).")
    private List<Contender> contenders = Contender.FORWARD;

    @Option(names = "--load", split = ",", paramLabel = "NAME", converter = Choices.OfLoad.class,
            description = "What goes through: tcp-1, tcp-4, udp-64, udp-1400, ping-idle, ping-loaded (default: all;"
                    + " quick: tcp-1, udp-64 and ping-loaded).")
    private List<Load> loads;

    @Mixin
    private Options options;

    @Spec
    private CommandSpec spec;

    /** For picocli. */
    public ForwardCommand() {
    }

    @Override
    public Integer call() throws Exception {
        List<Load> chosen = loads != null ? loads : options.quick() ? QUICK : List.of(Load.values());
        Outcome outcome = options.run("forward", contenders, chosen, List.of(Load.TCP_1, Load.UDP_64));
        new ForwardReport(outcome).write();
        spec.commandLine().getOut().println(outcome.folder().resolve("forward.md"));
        return outcome.any() ? 0 : 1;
    }
}
