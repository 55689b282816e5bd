package org.nettytun.examples.dropwatch;

import jdk.jfr.consumer.EventStream;
import org.nettytun.examples.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;

/** The kernel's {@code dropwatch}, for a JVM: prints each second what was dropped, why and where. */
@Command(name = "dropwatch", mixinStandardHelpOptions = true,
        description = {"Shows the packets that a running JVM drops, by reason and place, until it is told to stop.",
            "Switches the Flight Recorder event org.nettytun.PacketDropped on in that JVM, and off again at the end."})
public final class DropwatchCommand implements Callable<Integer> {
    private static final String EVENT = "org.nettytun.PacketDropped";

    private static final Duration INTERVAL = Duration.ofSeconds(1);

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
        Instant started = Instant.now();
        try (FlightRecording recording = FlightRecording.start(pid, EVENT);
                EventStream stream = EventStream.openRepository(recording.repository())) {
            stream.setReuse(true);
            stream.setStartTime(started); // else it would skip what happens before its first look
            stream.setOrdered(false); // in order, the last drops would be held back until the next
            stream.onEvent(EVENT, drops::add);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            stream.onError(e -> {
                failure.set(e);
                stop.request();
            });
            stream.startAsync();
            out.println("dropwatch: watching " + pid);
            out.flush();
            ProcessHandle.of(pid).ifPresent(watched -> watched.onExit().thenRun(stop::request));
            while (!stop.await(INTERVAL)) {
                say(out, drops);
            }
            say(out, drops); // what came since the last time
            if (failure.get() != null) {
                throw new IOException("the recording of " + pid + " cannot be read: " + failure.get(), failure.get());
            }
        }
        return 0;
    }

    private static void say(PrintWriter out, Drops drops) {
        drops.lines().forEach(out::println);
        out.flush();
    }
}
