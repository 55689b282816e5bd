package org.nettytun.benchmarks.forward;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;

import java.io.IOException;

/** What {@code iperf3 --client … --json} prints. */
final class Iperf {
    private Iperf() {
    }

    /**
     * Reads the sums at the end. What the receiver got is what it told the sender.
     *
     * @throws IOException it failed, in its own words; or it is not of iperf3 3.9 or later
     */
    static Transfer parse(String printed) throws IOException {
        try {
            JsonObject all = JsonParser.parseString(printed).getAsJsonObject();
            if (all.has("error")) {
                throw new IOException("iperf3: " + all.get("error").getAsString());
            }
            JsonObject end = all.getAsJsonObject("end");
            JsonObject sent = end == null ? null : end.getAsJsonObject("sum_sent");
            JsonObject received = end == null ? null : end.getAsJsonObject("sum_received");
            if (sent == null || received == null) {
                throw new IOException("iperf3: expected sum_sent and sum_received, as 3.9 and later have them: " + end);
            }
            return new Transfer(sent.get("seconds").getAsDouble(), sent.get("bytes").getAsLong(),
                    received.get("bytes").getAsLong(), received.get("bits_per_second").getAsDouble());
        } catch (JsonParseException | IllegalStateException e) {
            throw new IOException("iperf3: expected JSON: " + printed.strip(), e);
        }
    }

    /**
     * One run.
     *
     * @param seconds       that the sender sent
     * @param sentBytes     of payload
     * @param receivedBytes of payload
     * @param bitsPerSecond what the receiver got
     */
    record Transfer(double seconds, long sentBytes, long receivedBytes, double bitsPerSecond) {
    }
}
