package org.nettytun.examples;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;

import java.nio.charset.StandardCharsets;

/**
 * One answer over HTTP.
 *
 * @param type of the body
 * @param body whoever sends it releases it
 */
public record Page(HttpResponseStatus status, String type, ByteBuf body) {
    /** Source: Prometheus, "Exposition formats", text-based format. */
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    /** In words, or for Prometheus. */
    public static Page text(HttpResponseStatus status, String text) {
        return new Page(status, TEXT, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }
}
