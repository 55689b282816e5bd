package org.nettytun.examples.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bulk TCP with the system's {@code iperf3}. */
final class Iperf {
    private static final Pattern RECEIVED =
            Pattern.compile("\"sum_received\":\\s*\\{[^}]*\"bits_per_second\":\\s*([\\d.e+]+)");
    private static final double GIGA = 1e9;

    private Iperf() {
    }

    /** Four streams for some seconds; {@code reverse}: from the server to the client. */
    static Row run(Children children, Site client, Site server, String what, String address, int seconds,
                   boolean reverse) throws IOException, InterruptedException, DemoFailure {
        Process listening = children.start(server.command("iperf3", "-s", "-1", "-B", address, "--forceflush"));
        try (BufferedReader output = listening.inputReader(StandardCharsets.UTF_8)) {
            awaitListening(output);
            List<String> command = new ArrayList<>(client.command("iperf3", "-c", address, "-P", "4", "-J", "-t",
                    Integer.toString(seconds)));
            if (reverse) {
                command.add("-R");
            }
            return parse(what, children.run(command));
        } finally {
            listening.destroy();
        }
    }

    private static void awaitListening(BufferedReader output) throws IOException, DemoFailure {
        List<String> lines = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.contains("listening")) {
                return;
            }
            lines.add(line.strip());
        }
        throw new DemoFailure("iperf3 server: " + String.join(" ", lines));
    }

    private static Row parse(String what, Children.Output output) throws DemoFailure {
        Matcher received = RECEIVED.matcher(output.text());
        if (output.code() != 0 || !received.find()) {
            throw new DemoFailure("iperf3: " + output.oneLine());
        }
        return Row.ofTransfer(what, Double.parseDouble(received.group(1)) / GIGA);
    }
}
