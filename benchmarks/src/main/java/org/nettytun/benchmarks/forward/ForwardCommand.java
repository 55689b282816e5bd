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
    @Option(names = "--contender", split = ",", paramLabel = "NAME", converter = Options.ContenderConverter.class,
            description = "Who (default: c,c-vnet,router,router-offload,router-plain-side,napi,netty-tun,socat,"
                    + "kernel).")
    private List<Contender> contenders = Contender.FORWARD;

    @Mixin
    private Options options;

    @Spec
    private CommandSpec spec;

    /** For picocli. */
    public ForwardCommand() {
    }

    @Override
    public Integer call() throws Exception {
        Options.Outcome outcome = options.run("forward", contenders, List.of(Load.values()),
                List.of(Load.TCP_1, Load.UDP_64), spec.commandLine().getOut());
        new ForwardReport(outcome, contenders).write();
        return 0;
    }
}
