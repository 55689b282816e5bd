package org.nettytun.benchmarks;

import org.nettytun.benchmarks.flame.FlameCommand;
import org.nettytun.benchmarks.forward.ForwardCommand;
import org.nettytun.benchmarks.forward.SeriesCommand;
import org.nettytun.benchmarks.hairpin.HairpinCommand;
import org.nettytun.benchmarks.jmh.JmhCommand;
import org.nettytun.benchmarks.report.CompareCommand;
import org.nettytun.benchmarks.routes.RoutesCommand;
import org.nettytun.examples.OneLine;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. Exit codes: 0 it was measured; 1 it could not be; 2 the arguments are wrong. */
@Command(name = "bench", mixinStandardHelpOptions = true,
        description = "Measures netty-transport-tun. Each subcommand is one part.")
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    /** What all subcommands hang under. */
    Main() {
    }

    /** Runs one subcommand and exits. */
    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** All subcommands. */
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .addSubcommand(new AllCommand())
                .addSubcommand(new HairpinCommand())
                .addSubcommand(new ForwardCommand())
                .addSubcommand(new SeriesCommand())
                .addSubcommand(new JmhCommand())
                .addSubcommand(new RoutesCommand())
                .addSubcommand(new FlameCommand())
                .addSubcommand(new CompareCommand())
                .setParameterExceptionHandler(OneLine::wrongArguments)
                .setExecutionExceptionHandler(OneLine::failed);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a subcommand: "
                + String.join(", ", spec.subcommands().keySet()));
    }
}
