package org.nettytun.benchmarks.forward;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.List;
import java.util.concurrent.Callable;

/** {@code bench series}. */
@Command(name = "series", mixinStandardHelpOptions = true,
        description = "The experiment of the kernel series' cover letter, UDP as fast as it goes: our channel with the"
                + " better of Netty's allocators, and with the NAPI allocator.")
public final class SeriesCommand implements Callable<Integer> {
    private static final List<Load> LOADS = List.of(Load.UDP_64, Load.UDP_1400);

    @Mixin
    private Options options;

    @Spec
    private CommandSpec spec;

    /** For picocli. */
    public SeriesCommand() {
    }

    @Override
    public Integer call() throws Exception {
        Outcome outcome = options.run("series", Contender.SERIES, LOADS, LOADS);
        new SeriesReport(outcome, LOADS).write();
        spec.commandLine().getOut().println(outcome.folder().resolve("series.md"));
        return outcome.any() ? 0 : 1;
    }
}
