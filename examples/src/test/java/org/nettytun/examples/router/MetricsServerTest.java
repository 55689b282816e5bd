package org.nettytun.examples.router;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nettytun.stats.KernelDropReason;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nettytun.examples.router.TestPackets.v4;

/** A scrape over HTTP, as Prometheus does it. */
class MetricsServerTest {
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final PairRouter net;
    private final MetricsServer server;

    MetricsServerTest() throws Exception {
        net = new PairRouter(0);
        server = MetricsServer.start(0, net.router());
    }

    @AfterEach
    void close() {
        server.close();
        net.close();
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    @Test
    void oneOfEachKindWithItsValue() throws Exception {
        net.send(0, v4("10.1.0.1", "10.2.0.1", 60));
        net.receive(1);
        net.send(0, v4("10.1.0.1", "10.1.0.254", 60));
        net.assertDropped(KernelDropReason.IP_NOPROTO);
        net.send(0, v4("10.1.0.1", "10.77.0.1", 60));
        net.receive(0);

        HttpResponse<String> scraped = get(server.url());
        assertEquals(200, scraped.statusCode());
        assertEquals("text/plain; version=0.0.4; charset=utf-8", scraped.headers().firstValue("content-type").get());
        String device = net.router().channels().get(0).localAddress().name();
        for (String line : new String[] {
            "netty_tun_packets_total{device=\"DEVICE\",direction=\"inbound\",queue=\"0\"} 3.0",
            "netty_tun_bytes_total{device=\"DEVICE\",direction=\"inbound\",queue=\"0\"} 180.0",
            "netty_tun_drops_packets_total{device=\"DEVICE\",direction=\"inbound\",reason=\"IP_NOPROTO\"} 1.0",
            "netty_tun_drops_packets_total{device=\"DEVICE\",direction=\"inbound\",reason=\"NOMEM\"} 0.0",
            "netty_tun_ledger_packets_total{device=\"DEVICE\",queue=\"0\",term=\"delivered\"} 3.0",
            "netty_tun_application_packets_total{application=\"router\",term=\"originated\"} 1.0",
            "netty_tun_loop_passes_total{loop=\"router-0\"}",
            "netty_tun_buffer_slab_bytes{allocator=\"default\"}",
            "netty_eventexecutor_tasks_pending{",
            "netty_allocator_memory_used{",
            "router_icmp_errors_total{outcome=\"sent\"} 1.0"}) {
            String expected = line.replace("DEVICE", device);
            assertTrue(scraped.body().contains(expected), () -> expected + " is not in " + scraped.body());
        }
    }

    @Test
    void theConnectionStaysForTheNextScrape() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertEquals(200, get(server.url()).statusCode());
        }
    }

    @Test
    void nothingElseIsServed() throws Exception {
        assertEquals(404, get(server.url().replace("/metrics", "/")).statusCode());
        HttpRequest post = HttpRequest.newBuilder(URI.create(server.url())).POST(BodyPublishers.ofString("x")).build();
        assertEquals(405, client.send(post, BodyHandlers.ofString()).statusCode());
    }

    @Test
    void aPortThatIsTakenIsASentence() {
        int port = URI.create(server.url()).getPort();
        IOException e = assertThrows(IOException.class, () -> MetricsServer.start(port, net.router()));
        assertTrue(e.getMessage().contains("--metrics-port cannot be used: port=" + port), e.getMessage());
    }
}
