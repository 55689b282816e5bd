package org.nettytun.examples;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.NeedsPrograms;
import org.nettytun.linux.fixture.Netns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The files of {@code docs/monitoring}, with the real Prometheus, which scrapes the real router. */
@NeedsDevices
@NeedsPrograms({"prometheus", "promtool"})
class MonitoringIT {
    private static final Path DOCS = Path.of("../docs/monitoring");
    private static final Pattern EXPRESSION = Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern VARIABLE = Pattern.compile("\"definition\": \"label_values\\((.*), (\\w+)\\)\"");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newHttpClient();
    private String api;

    @Test
    void promtoolIsContent() {
        Netns.run("promtool", "check", "config", DOCS.resolve("prometheus.yml").toString());
        Netns.run("promtool", "check", "rules", DOCS.resolve("alerts.yml").toString());
        Netns.run("promtool", "test", "rules", DOCS.resolve("alerts-test.yml").toString());
    }

    @Test
    void everyQueryFindsSomethingAndEveryAlertCanBeEvaluated(@TempDir Path folder) throws Exception {
        try (Netns a = new Netns(); Netns b = new Netns(); Jar router = Jar.start("router",
                "--interface", "ra,netns=" + a.name() + ",host=10.1.0.1/24,router=10.1.0.254",
                "--interface", "rb,netns=" + b.name() + ",host=10.2.0.1/24,router=10.2.0.254",
                "--metrics-port", "0")) {
            URI metrics = URI.create(router.await("metrics at").replaceAll(".*(http)", "$1"));
            router.await("ready");
            Process prometheus = start(folder, metrics.getPort());
            try {
                a.exec("ping", "-n", "-q", "-c", "200", "-i", "0.01", "10.2.0.1");
                a.exec("sh", "-c", "ping -n -c 2 -i 0.01 -W 1 -t 1 10.2.0.1 || true");
                awaitValue("netty_tun_drops_packets_total{device=\"ra\",direction=\"inbound\",reason=\"TTL_EXPIRED\"}",
                        "2");
                dashboard();
                alerts();
            } finally {
                prometheus.destroy();
                prometheus.onExit().join();
            }
        }
    }

    /** The documented configuration, but for the router's port and the pace. */
    private Process start(Path folder, int routerPort) throws IOException {
        String config = Files.readString(DOCS.resolve("prometheus.yml")).replace("127.0.0.1:9100",
                "127.0.0.1:" + routerPort).replace("interval: 15s", "interval: 250ms");
        Path file = Files.writeString(folder.resolve("prometheus.yml"), config);
        Files.copy(DOCS.resolve("alerts.yml"), folder.resolve("alerts.yml"));
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        api = "http://127.0.0.1:" + port + "/api/v1/";
        return new ProcessBuilder("prometheus", "--config.file=" + file,
                "--storage.tsdb.path=" + folder.resolve("data"), "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
    }

    private void dashboard() throws IOException {
        String json = Files.readString(DOCS.resolve("grafana.json"));
        List<String> queries = EXPRESSION.matcher(json).results().map(found -> found.group(1)).toList();
        assertEquals(15, queries.size(), queries::toString);
        for (String query : queries) {
            // What is shown only if it occurs must be there all the same.
            String asked = plain(query).replaceAll(" > 0$", "").replace("$__rate_interval", "1m");
            Eventually.await(PATIENCE, () -> query(asked).contains("\"value\":["), () -> asked + ": " + query(asked));
        }
        List<String> variables = VARIABLE.matcher(json).results()
                .map(found -> "count by (" + found.group(2) + ") (" + plain(found.group(1)) + ")").toList();
        assertEquals(2, variables.size(), variables::toString);
        variables.forEach(asked -> assertTrue(query(asked).contains("\"value\":["), asked));
    }

    private static String plain(String json) {
        return json.replace("\\\"", "\"").replace("$instance", ".*").replace("$device", ".*");
    }

    private void alerts() throws IOException {
        long rules = Files.readString(DOCS.resolve("alerts.yml")).lines().filter(line -> line.contains("- alert:"))
                .count();
        Eventually.await(PATIENCE, () -> count("\"health\":\"ok\"", get("rules")) == rules, () -> get("rules"));
        assertEquals(0, count("\"state\":\"firing\"", get("rules")));
    }

    private static long count(String word, String text) {
        return Pattern.compile(Pattern.quote(word)).matcher(text).results().count();
    }

    private void awaitValue(String query, String value) {
        Eventually.await(PATIENCE, () -> query(query).matches(".*\"value\":\\[[\\d.]+,\"" + value + "\"].*"),
                () -> query + ": " + query(query));
    }

    private String query(String query) {
        return get("query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    }

    /** What the API answers; a sentence while it is not there yet. */
    private String get(String what) {
        try {
            return client.send(HttpRequest.newBuilder(URI.create(api + what)).build(), BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "no answer yet: " + e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
