package org.nettytun.examples;

import org.nettytun.examples.demo.DemoCommand;
import org.nettytun.examples.dropwatch.DropwatchCommand;
import org.nettytun.examples.echo.EchoCommand;
import org.nettytun.examples.router.RouterCommand;
import org.nettytun.examples.tunnel.TunnelCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line. Exit codes: 0 it did what it was to do, also if it was told to stop; 1 it could not; 2 the
 * arguments are wrong. One line on standard error says why.
 */
@Command(name = "transport-tun-examples", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        description = "Examples of netty-transport-tun. Each subcommand is one.")
public final class Main implements Runnable {
    private static final String MACHINE_ID = "02:00:00:00:00:00:00:01";

    @Spec
    private CommandSpec spec;

    /** What all subcommands hang under. */
    Main() {
    }

    /** Runs one subcommand and exits. */
    public static void main(String... arguments) {
        // Or Netty warns, before our one line, where it finds no interface with an address of its own.
        System.setProperty("io.netty.machineId", System.getProperty("io.netty.machineId", MACHINE_ID));
        Stop stop = new Stop();
        stop.exitOnSignal();
        stop.exit(commandLine(stop).execute(arguments));
    }

    /** All subcommands. */
    static CommandLine commandLine(Stop stop) {
        return new CommandLine(new Main())
                .addSubcommand(new DemoCommand(stop))
                .addSubcommand(new DropwatchCommand(stop))
                .addSubcommand(new EchoCommand(stop))
                .addSubcommand(new RouterCommand(stop))
                .addSubcommand(new TunnelCommand(stop))
                .setParameterExceptionHandler(OneLine::wrongArguments)
                .setExecutionExceptionHandler(OneLine::failed);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a subcommand: "
                + String.join(", ", spec.subcommands().keySet()));
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {version == null ? "not from a jar" : version};
        }
    }
}
