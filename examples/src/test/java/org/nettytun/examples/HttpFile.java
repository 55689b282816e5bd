package org.nettytun.examples;

import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** A process that serves one file over HTTP, to whoever asks for whatever. */
final class HttpFile {
    private static final int BACKLOG = 256;
    private static final int THREADS = 8;

    private HttpFile() {
    }

    /** @param arguments port, file */
    public static void main(String... arguments) throws IOException {
        Path file = Path.of(arguments[1]);
        HttpServer server = HttpServer.create(new InetSocketAddress(Integer.parseInt(arguments[0])), BACKLOG);
        server.setExecutor(Executors.newFixedThreadPool(THREADS));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, Files.size(file));
            try (OutputStream body = exchange.getResponseBody()) {
                Files.copy(file, body);
            }
        });
        server.start();
    }
}
