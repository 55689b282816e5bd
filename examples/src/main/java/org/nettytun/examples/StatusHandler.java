package org.nettytun.examples;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;

import java.util.Map;
import java.util.function.Supplier;

/** Answers {@code GET} of a few pages, and nothing else. Belongs to one connection. */
final class StatusHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final Map<String, Supplier<Page>> pages;

    /** @param pages by path; made anew for each request */
    StatusHandler(Map<String, Supplier<Page>> pages) {
        this.pages = pages;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        Page page = answer(request);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, page.status(), page.body());
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        HttpUtil.setContentLength(response, response.content().readableBytes());
        HttpUtil.setKeepAlive(response, keepAlive);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, page.type());
        ctx.writeAndFlush(response).addListener(
                keepAlive ? ChannelFutureListener.CLOSE_ON_FAILURE : ChannelFutureListener.CLOSE);
    }

    private Page answer(FullHttpRequest request) {
        if (!request.decoderResult().isSuccess()) {
            return Page.text(HttpResponseStatus.BAD_REQUEST, "This is no HTTP request.\n");
        }
        String path = new QueryStringDecoder(request.uri()).path(); // Prometheus may add parameters
        Supplier<Page> page = pages.get(path);
        if (page == null) {
            return Page.text(HttpResponseStatus.NOT_FOUND, "Here is no " + path + ", but "
                    + String.join(", ", pages.keySet()) + ".\n");
        }
        if (!request.method().equals(HttpMethod.GET)) {
            return Page.text(HttpResponseStatus.METHOD_NOT_ALLOWED, "GET it.\n");
        }
        return page.get();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close(); // whoever asked went away
    }
}
