package org.nettytun.benchmarks.hairpin;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

import java.util.Arrays;

/**
 * Gives each packet another destination, and leaves it to the router behind. Over several queues each flow keeps its
 * destination, for it must keep its queue. Its event loop only.
 */
final class RoutedBounce extends Bounce {
    private final FullRouter router;
    private final int[] destinations;
    private int[] headers;
    private int next;

    RoutedBounce(FullRouter router) {
        this.router = router;
        this.destinations = router.destinations();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        router.join(added.channel());
    }

    @Override
    void inject(int bytes, Iterable<ByteBuf> some) {
        headers = Arrays.stream(destinations).map(destination -> Packets.unchanged(bytes, destination)).toArray();
        super.inject(bytes, some);
    }

    @Override
    void bounce(ChannelHandlerContext ctx, ByteBuf packet) {
        next = router.queues() == 1 ? next + 1 & destinations.length - 1
                : packet.getUnsignedShort(packet.readerIndex() + Packets.FLOW_AT);
        packet.setInt(packet.readerIndex() + Packets.CHANGED, headers[next]);
        packet.setInt(packet.readerIndex() + Packets.DESTINATION_AT, destinations[next]);
        ctx.fireChannelRead(packet);
    }

    @Override
    void flush(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
    }
}
