package org.nettytun.examples.router;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nettytun.examples.MetricsServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

/** A scrape over HTTP, as Prometheus does it, and the JSON beside it. */
class StatusPagesTest {
    private static final int UNKNOWN_PROTOCOL = 253;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final PairRouter net;
    private final MetricsServer server;

    StatusPagesTest() throws Exception {
        net = new PairRouter(0);
        server = serve(0);
    }

    private MetricsServer serve(int port) throws IOException {
        return MetricsServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                new RouterMetrics(net.router()), new StatusPages(net.router()).all());
    }

    private String url(String path) {
        return server.url().replace("/metrics", path);
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
        net.send(0, v4("10.1.0.1", "10.1.0.254", UNKNOWN_PROTOCOL, 60));
        net.receive(0);
        net.send(0, v4("10.1.0.1", "10.77.0.1", 60));
        net.receive(0);

        HttpResponse<String> scraped = get(url("/metrics"));
        assertEquals(200, scraped.statusCode());
        assertEquals("text/plain; version=0.0.4; charset=utf-8", scraped.headers().firstValue("content-type").get());
        String device = net.router().channels().get(0).localAddress().name();
        for (String line : new String[] {
            "netty_tun_packets_total{device=\"DEVICE\",direction=\"inbound\",queue=\"0\"} 3.0",
            "netty_tun_bytes_total{device=\"DEVICE\",direction=\"inbound\",queue=\"0\"} 180.0",
            "netty_tun_drops_packets_total{device=\"DEVICE\",direction=\"inbound\",reason=\"IP_NOPROTO\"} 1.0",
            "netty_tun_drops_packets_total{device=\"DEVICE\",direction=\"inbound\",reason=\"NOMEM\"} 0.0",
            "netty_tun_ledger_packets_total{device=\"DEVICE\",queue=\"0\",term=\"delivered\"} 3.0",
            "netty_tun_application_packets_total{application=\"router\",term=\"originated\"} 2.0",
            "netty_tun_loop_passes_total{loop=\"router-0\"}",
            "netty_tun_buffer_slab_bytes{allocator=\"default\"}",
            "netty_eventexecutor_tasks_pending{",
            "netty_allocator_memory_used{",
            "router_icmp_errors_total{outcome=\"sent\"} 2.0"}) {
            String expected = line.replace("DEVICE", device);
            assertTrue(scraped.body().contains(expected), () -> expected + " is not in " + scraped.body());
        }
    }

    @Test
    void routesAreTheTable() throws Exception {
        HttpResponse<String> page = get(url("/routes"));
        assertEquals(200, page.statusCode());
        assertEquals("application/json", page.headers().firstValue("content-type").get());
        assertTrue(page.body().startsWith("{\"ipv4\":7,\"ipv6\":4,\"routes\":["), page.body());
        for (String route : new String[] {
            "{\"destination\":\"10.1.0.0/24\",\"interface\":\"a0\",\"connected\":true}",
            "{\"destination\":\"10.1.0.254/32\",\"type\":\"local\"}",
            "{\"destination\":\"10.2.0.255/32\",\"type\":\"broadcast\"}",
            "{\"destination\":\"10.9.0.0/16\",\"interface\":\"b0\",\"connected\":false}",
            "{\"destination\":\"fd01::/64\",\"interface\":\"a0\",\"connected\":true}"}) {
            assertTrue(page.body().contains(route), () -> route + " is not in " + page.body());
        }
    }

    @Test
    void interfacesShowWhatBecameOfPackets() throws Exception {
        net.send(0, v4("10.1.0.1", "10.2.0.1", 60));
        net.receive(1);
        net.send(0, v4("10.1.0.1", "10.77.0.1", 60));
        net.receive(0);
        String page = get(url("/interfaces")).body();
        assertEquals("{'interfaces':[{'name':'a0','mtu':1500,'addresses':['10.1.0.254','fd01::fe'],'queues':["
                + "{'open':true,'writable':true,"
                + "'inbound':{'packets':2,'bytes':120,'drops':{'IP_INNOROUTES':1}},"
                + "'outbound':{'packets':1,'bytes':88,'drops':{}}}]},"
                + "{'name':'b0','mtu':1400,'addresses':['10.2.0.254','fd02::fe'],'queues':["
                + "{'open':true,'writable':true,"
                + "'inbound':{'packets':0,'bytes':0,'drops':{}},"
                + "'outbound':{'packets':1,'bytes':60,'drops':{}}}]}]}", page.replace('"', '\''));
    }

    @Test
    void healthIsThatAllDevicesAreThere() throws Exception {
        HttpResponse<String> page = get(url("/healthz"));
        assertEquals(200, page.statusCode());
        assertEquals("{\"status\":\"ok\",\"interfaces\":{\"a0\":true,\"b0\":true},\"routesProblem\":null}",
                page.body());
        net.router().channels().get(1).close().syncUninterruptibly();
        page = get(url("/healthz"));
        assertEquals(503, page.statusCode());
        assertTrue(page.body().contains("\"a0\":true,\"b0\":false"), page.body());
    }

    @Test
    void theConnectionStaysForTheNextScrape() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertEquals(200, get(url("/metrics")).statusCode());
        }
    }

    @Test
    void nothingElseIsServed() throws Exception {
        assertEquals(404, get(url("/")).statusCode());
        assertEquals(200, get(url("/healthz?by=prometheus")).statusCode());
        HttpRequest post = HttpRequest.newBuilder(URI.create(url("/routes")))
                .POST(BodyPublishers.ofString("x")).build();
        assertEquals(405, client.send(post, BodyHandlers.ofString()).statusCode());
    }

    @Test
    void aPortThatIsTakenIsASentence() {
        int port = URI.create(server.url()).getPort();
        IOException e = assertThrows(IOException.class, () -> serve(port));
        assertTrue(e.getMessage().contains("--metrics-port cannot be used: port=" + port), e.getMessage());
    }
}
