package org.nettytun.examples.router;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.nettytun.metrics.TunMetrics;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Serves a router's counters to Prometheus, on the loopback address only. Any thread; the server's own answers. */
final class MetricsServer implements AutoCloseable {
    private static final int OK = 200;

    private final HttpServer server;
    private final PrometheusMeterRegistry registry;
    private final List<TunMetrics> metrics;

    private MetricsServer(HttpServer server, PrometheusMeterRegistry registry, List<TunMetrics> metrics) {
        this.server = server;
        this.registry = registry;
        this.metrics = metrics;
    }

    /** @param port 0 for any that is free */
    static MetricsServer start(int port, Router router) throws IOException {
        HttpServer server = bind(port);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        List<TunMetrics> metrics = router.channels().stream().map(TunMetrics::new).toList();
        metrics.forEach(each -> each.bindTo(registry));
        count(registry, "sent", router.icmpSent());
        count(registry, "suppressed", router.icmpSuppressed());
        server.createContext("/metrics", exchange -> answer(exchange, registry.scrape()));
        server.start();
        return new MetricsServer(server, registry, metrics);
    }

    private static HttpServer bind(int port) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new IOException("--metrics-port cannot be used: port=" + port + ": " + e.getMessage(), e);
        }
    }

    private static void count(PrometheusMeterRegistry registry, String outcome, LongAdder counter) {
        FunctionCounter.builder("router.icmp.errors", counter, LongAdder::sum).tag("outcome", outcome)
                .register(registry);
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        exchange.sendResponseHeaders(OK, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/metrics";
    }

    @Override
    public void close() {
        server.stop(0);
        metrics.forEach(TunMetrics::close);
        registry.close();
    }
}
