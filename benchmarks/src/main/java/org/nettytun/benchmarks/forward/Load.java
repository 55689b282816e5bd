package org.nettytun.benchmarks.forward;

import java.util.List;

import static org.nettytun.benchmarks.forward.Metric.CPU;
import static org.nettytun.benchmarks.forward.Metric.FORWARDED;
import static org.nettytun.benchmarks.forward.Metric.GBIT;
import static org.nettytun.benchmarks.forward.Metric.LOST;
import static org.nettytun.benchmarks.forward.Metric.P50;
import static org.nettytun.benchmarks.forward.Metric.P90;
import static org.nettytun.benchmarks.forward.Metric.P99;
import static org.nettytun.benchmarks.forward.Metric.P999;
import static org.nettytun.benchmarks.forward.Metric.RECEIVED;
import static org.nettytun.benchmarks.forward.Metric.SENT;

/** What a program is given to forward. */
enum Load {
    /** Bulk TCP. */
    TCP_1("tcp-1", "TCP, 1 stream", Kind.TCP, 0, List.of(GBIT), List.of(GBIT), "-P", "1"),
    /** Bulk TCP. */
    TCP_4("tcp-4", "TCP, 4 streams", Kind.TCP, 0, List.of(GBIT), List.of(GBIT), "-P", "4"),
    /** As fast as the sender can. */
    UDP_64("udp-64", "UDP, 64 B of payload, unpaced", Kind.UDP, 64, Kind.UDP_METRICS, List.of(FORWARDED, CPU)),
    /** As fast as the sender can. */
    UDP_1400("udp-1400", "UDP, 1400 B of payload, unpaced", Kind.UDP, 1400, Kind.UDP_METRICS,
            List.of(FORWARDED, CPU)),
    /** One a millisecond, and nothing else. */
    PING_IDLE("ping-idle", "ping, 1 a millisecond, nothing else", Kind.PING, 0, Kind.PING_METRICS,
            List.of(P50, P99)),
    /** One a millisecond, beside bulk TCP. */
    PING_LOADED("ping-loaded", "ping, 1 a millisecond, beside TCP with 1 stream", Kind.PING, 0, Kind.PING_METRICS,
            List.of(P50, P99), "-P", "1");

    private final String id;
    private final String description;
    private final Kind kind;
    private final int payload;
    private final List<Metric> metrics;
    private final List<Metric> compared;
    private final List<String> flags;

    Load(String id, String description, Kind kind, int payload, List<Metric> metrics, List<Metric> compared,
         String... flags) {
        this.id = id;
        this.description = description;
        this.kind = kind;
        this.payload = payload;
        this.metrics = metrics;
        this.compared = compared;
        this.flags = kind == Kind.UDP ? List.of("-u", "-b", "0", "-l", Integer.toString(payload)) : List.of(flags);
    }

    /** As in the CSV. */
    String id() {
        return id;
    }

    /** In words. */
    String description() {
        return description;
    }

    Kind kind() {
        return kind;
    }

    /** Bytes of a datagram; 0 if it is none. */
    int payload() {
        return payload;
    }

    /** What a table shows. */
    List<Metric> metrics() {
        return metrics;
    }

    /** Those of which it shows the ratio; the first is the one of the plot. */
    List<Metric> compared() {
        return compared;
    }

    /** For iperf3; none: it does not run. */
    List<String> flags() {
        return flags;
    }

    /** Who makes the traffic. */
    enum Kind {
        /** iperf3. */
        TCP,
        /** iperf3. */
        UDP,
        /** ping, perhaps beside iperf3. */
        PING;

        private static final List<Metric> UDP_METRICS = List.of(SENT, FORWARDED, RECEIVED, CPU);
        private static final List<Metric> PING_METRICS = List.of(P50, P90, P99, P999, LOST);
    }
}
