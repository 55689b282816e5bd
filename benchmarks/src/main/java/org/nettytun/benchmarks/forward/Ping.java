package org.nettytun.benchmarks.forward;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The system's {@code ping}, of iputils. */
final class Ping {
    private static final Pattern TIME = Pattern.compile("icmp_seq=\\d+ .*time=([\\d.]+) ms");
    private static final Pattern COUNTS = Pattern.compile("(\\d+) packets transmitted, (\\d+) received");
    private static final double MICROS_A_MILLI = 1000;

    private Ping() {
    }

    /** One a millisecond: as fast as root may. Waits one second for the last answers. */
    static List<String> command(String address, int count) {
        return List.of("ping", "-n", "-c", Integer.toString(count), "-i", "0.001", "-W", "1", address);
    }

    /** @throws IOException it is not what ping prints at its end */
    static Echoes parse(String printed) throws IOException {
        Matcher counts = COUNTS.matcher(printed);
        if (!counts.find()) {
            throw new IOException("ping: expected `N packets transmitted, N received`: " + printed.strip());
        }
        double[] micros = TIME.matcher(printed).results()
                .mapToDouble(time -> Double.parseDouble(time.group(1)) * MICROS_A_MILLI).toArray();
        Arrays.sort(micros);
        return new Echoes(Integer.parseInt(counts.group(1)), Integer.parseInt(counts.group(2)), micros);
    }

    /**
     * What came back.
     *
     * @param micros round trips, the shortest first
     */
    record Echoes(int sent, int received, double[] micros) {
    }
}
