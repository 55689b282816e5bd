package org.nettytun.examples.dropwatch;

import jdk.jfr.consumer.EventStream;
import org.nettytun.examples.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

/** The kernel's {@code dropwatch}, for a JVM: prints each second what was dropped, why and where. */
@Command(name = "dropwatch", mixinStandardHelpOptions = true,
        description = {"Shows the packets that a running JVM drops, by reason and place, until it is told to stop.",
            "Switches the Flight Recorder event org.nettytun.PacketDropped on in that JVM, and off again at the end."})
public final class DropwatchCommand implements Callable<Integer> {
    private static final String EVENT = "org.nettytun.PacketDropped";

    private final Stop stop;

    @Parameters(index = "0", paramLabel = "PID", description = "The process, of the same user, on the same host.")
    private long pid;

    @Spec
    private CommandSpec spec;

    /** @param stop ends it */
    public DropwatchCommand(Stop stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws Exception {
        if (pid < 1) {
            throw new ParameterException(spec.commandLine(), "PID must be 1 or more: PID=" + pid);
        }
        PrintWriter out = spec.commandLine().getOut();
        Drops drops = new Drops();
        try (FlightRecording recording = FlightRecording.start(pid, EVENT);
                EventStream stream = EventStream.openRepository(recording.repository())) {
            stream.setReuse(true);
            stream.onEvent(EVENT, drops::add);
            stream.onFlush(() -> say(out, drops));
            stream.onError(e -> stop.request());
            stream.startAsync();
            out.println("dropwatch: watching " + pid);
            out.flush();
            ProcessHandle.of(pid).ifPresent(watched -> watched.onExit().thenRun(stop::request));
            stop.await();
        }
        return 0;
    }

    private static void say(PrintWriter out, Drops drops) {
        drops.lines().forEach(out::println);
        out.flush();
    }
}
