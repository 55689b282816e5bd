package org.nettytun.examples.demo;

import org.nettytun.examples.Arguments;
import org.nettytun.examples.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** What a newcomer runs first. */
@Command(name = "demo", mixinStandardHelpOptions = true,
        description = {"Makes two network namespaces, routes between them, pings, moves bulk TCP, and shows a table.",
            "Without privileges it does so in a user namespace of its own; where that cannot be had either, between two"
                    + " socket pairs. Ends with 0 only if no packet was lost."})
public final class DemoCommand implements Callable<Integer> {
    private final Stop stop;

    @Option(names = "--pings", defaultValue = "1000", converter = PingsConverter.class, paramLabel = "N",
            description = "Pings of each family, one a millisecond (default: ${DEFAULT-VALUE}).")
    private int pings;

    @Option(names = "--duration", defaultValue = "5", converter = SecondsConverter.class, paramLabel = "SECONDS",
            description = "Of each bulk transfer (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--mode", defaultValue = "auto", converter = Mode.Converter.class,
            paramLabel = "auto|devices|userns|pairs",
            description = "Where: as we are, in a user namespace, between socket pairs; or the first of them that can"
                    + " be had (default: ${DEFAULT-VALUE}).")
    private Mode mode;

    @Spec
    private CommandSpec spec;

    /** @param stop ends it, with cleaning up */
    public DemoCommand(Stop stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws Exception {
        Mode chosen = mode == Mode.AUTO ? choose() : mode;
        if (chosen == Mode.USERNS) {
            return UserNamespace.run(stop, List.of("demo", "--mode", "devices", "--pings", Integer.toString(pings),
                    "--duration", Integer.toString(seconds)));
        }
        Report report = chosen == Mode.DEVICES ? new DevicesDemo(stop, this::say, pings, seconds).run()
                : new PairsDemo(stop, this::say, pings, seconds).run();
        report.print();
        return report.isGood() ? 0 : 1;
    }

    private Mode choose() throws IOException {
        String forDevices = Tools.missingForDevices();
        if (forDevices == null) {
            return Mode.DEVICES;
        }
        String forUserNamespace = Tools.missingForUserNamespace();
        if (forUserNamespace == null) {
            say("in a user and network namespace of its own, for " + forDevices);
            return Mode.USERNS;
        }
        say("without devices, between two socket pairs, for " + forDevices
                + (forUserNamespace.equals(forDevices) ? "" : "; nor is there a user namespace: " + forUserNamespace));
        return Mode.PAIRS;
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line.isEmpty() ? "" : "demo: " + line);
        spec.commandLine().getOut().flush();
    }

    /** Where the demo runs. */
    enum Mode {
        /** The first that can be had. */
        AUTO,
        /** Namespaces and devices, as we are. */
        DEVICES,
        /** The same in a user namespace. */
        USERNS,
        /** Socket pairs. */
        PAIRS;

        /** For picocli. */
        static final class Converter implements ITypeConverter<Mode> {
            @Override
            public Mode convert(String value) {
                for (Mode mode : values()) {
                    if (mode.name().toLowerCase(Locale.ROOT).equals(value)) {
                        return mode;
                    }
                }
                throw Arguments.wrong("expected auto, devices, userns or pairs: mode=" + value, null);
            }
        }
    }

    /** How many pings. */
    static final class PingsConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return Arguments.number("pings", value, 1, 60_000);
        }
    }

    /** How long. */
    static final class SecondsConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return Arguments.number("seconds", value, 1, 3600);
        }
    }
}
