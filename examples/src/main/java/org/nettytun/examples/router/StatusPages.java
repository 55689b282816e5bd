package org.nettytun.examples.router;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.NetUtil;
import org.nettytun.channel.TunChannel;
import org.nettytun.examples.Page;
import org.nettytun.forward.Port;
import org.nettytun.forward.Route;
import org.nettytun.linux.IpPrefix;
import org.nettytun.routing.RouteTable;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** A router's state as JSON, as it is when asked for. Any thread; costs the router's loops nothing. */
final class StatusPages {
    private static final String JSON = "application/json";

    private final JsonFactory json = new JsonFactory();
    private final Router router;

    StatusPages(Router router) {
        this.router = router;
    }

    /** By path. */
    Map<String, Supplier<Page>> all() {
        return Map.of("/routes", this::routes, "/interfaces", this::interfaces, "/healthz", this::health);
    }

    /** 200 while all queues of all devices are open; else 503. A file of routes that is wrong is told, and no more. */
    private Page health() {
        boolean healthy = router.channels().stream().allMatch(Channel::isActive);
        return page(healthy ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE, out -> {
            out.writeStringField("status", healthy ? "ok" : "a device is gone");
            out.writeObjectFieldStart("interfaces");
            for (Port port : router.ports()) {
                out.writeBooleanField(port.name(), port.queues().stream().allMatch(Channel::isActive));
            }
            out.writeEndObject();
            out.writeStringField("routesProblem", router.routesProblem());
        });
    }

    /** All routes, the router's own addresses and broadcast addresses among them. */
    private Page routes() {
        RouteTable<Route> table = router.routes();
        return page(HttpResponseStatus.OK, out -> {
            out.writeNumberField("ipv4", table.ipv4Size());
            out.writeNumberField("ipv6", table.ipv6Size());
            out.writeArrayFieldStart("routes");
            table.forEach((network, length, route) -> {
                try {
                    write(out, network, length, route);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            out.writeEndArray();
        });
    }

    private static void write(JsonGenerator out, InetAddress network, int length, Route route) throws IOException {
        out.writeStartObject();
        out.writeStringField("destination", new IpPrefix(network, length).toString());
        if (route instanceof Route.Via via) {
            out.writeStringField("interface", via.port().name());
            out.writeBooleanField("connected", via.connected());
        } else {
            out.writeStringField("type", route.toString().toLowerCase(Locale.ROOT));
        }
        out.writeEndObject();
    }

    /** Each with its queues, and what became of packets there. */
    private Page interfaces() {
        return page(HttpResponseStatus.OK, out -> {
            out.writeArrayFieldStart("interfaces");
            for (Port port : router.ports()) {
                out.writeStartObject();
                out.writeStringField("name", port.name());
                out.writeNumberField("mtu", port.mtu());
                out.writeArrayFieldStart("addresses");
                for (InetAddress address : port.addresses()) {
                    out.writeString(NetUtil.toAddressString(address));
                }
                out.writeEndArray();
                out.writeArrayFieldStart("queues");
                for (Channel queue : port.queues()) {
                    write(out, (TunChannel) queue);
                }
                out.writeEndArray();
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }

    private static void write(JsonGenerator out, TunChannel queue) throws IOException {
        out.writeStartObject();
        out.writeBooleanField("open", queue.isActive());
        out.writeBooleanField("writable", queue.isWritable());
        for (Direction direction : Direction.values()) {
            out.writeObjectFieldStart(direction.tag());
            out.writeNumberField("packets", queue.stats().packets(direction));
            out.writeNumberField("bytes", queue.stats().bytes(direction));
            out.writeObjectFieldStart("drops");
            for (var drops : queue.stats().drops(direction).entrySet()) {
                DropReason reason = drops.getKey();
                out.writeNumberField(reason.name(), drops.getValue());
            }
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private Page page(HttpResponseStatus status, Body body) {
        ByteBuf bytes = Unpooled.buffer();
        try (JsonGenerator out = json.createGenerator((OutputStream) new ByteBufOutputStream(bytes))) {
            out.writeStartObject();
            body.write(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return new Page(status, JSON, bytes);
    }

    /** The fields of a page. */
    private interface Body {
        void write(JsonGenerator out) throws IOException;
    }
}
