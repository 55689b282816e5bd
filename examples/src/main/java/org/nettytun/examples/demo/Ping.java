package org.nettytun.examples.demo;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The system's {@code ping}: of iputils, inetutils or busybox. */
final class Ping {
    private static final Pattern COUNTS =
            Pattern.compile("(\\d+) packets transmitted, (\\d+) (?:packets )?received");
    private static final Pattern TIMES = Pattern.compile("= ([\\d.]+)/([\\d.]+)/([\\d.]+)");

    private Ping() {
    }

    /** Pings {@code address} from a site, one a millisecond. */
    static Row run(Children children, Site from, String what, String address, int count)
            throws IOException, InterruptedException, DemoFailure {
        Children.Output output = children.run(from.command("ping", "-n", "-q", "-c", Integer.toString(count), "-i",
                "0.001", "-W", "1", address));
        return parse(what, output);
    }

    /** Reads the last two lines. */
    static Row parse(String what, Children.Output output) throws DemoFailure {
        Matcher counts = COUNTS.matcher(output.text());
        if (!counts.find()) {
            throw new DemoFailure("ping: " + output.oneLine());
        }
        Matcher times = TIMES.matcher(output.text());
        Row.Rtt rtt = !times.find() ? null : new Row.Rtt(Double.parseDouble(times.group(1)),
                Double.parseDouble(times.group(2)), Double.parseDouble(times.group(3)));
        return Row.ofPing(what, Long.parseLong(counts.group(1)), Long.parseLong(counts.group(2)), rtt);
    }
}
