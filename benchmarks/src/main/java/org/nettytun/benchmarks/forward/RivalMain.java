package org.nettytun.benchmarks.forward;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import org.drasyl.channel.tun.Tun4Packet;
import org.drasyl.channel.tun.TunAddress;
import org.drasyl.channel.tun.TunChannel;

/**
 * The process of the smallest forwarder on {@code org.drasyl:netty-tun}, with the Netty 4.1 that it declares. Its
 * arguments: two names of devices, which it makes where it is, for it knows no namespaces.
 */
final class RivalMain extends ChannelInboundHandlerAdapter {
    private static final int TIME_TO_LIVE = 8;
    private static final int CHECKSUM = 10;

    private Channel other;

    private RivalMain() {
    }

    /** Tells {@code ready} when it is, and forwards until it is killed. */
    @SuppressWarnings("deprecation")   // by Netty 4.2; in 4.1 there is no other
    public static void main(String... arguments) throws Exception {
        EventLoopGroup group = new DefaultEventLoopGroup(1);
        RivalMain fromA = new RivalMain();
        RivalMain fromB = new RivalMain();
        Channel a = bind(group, arguments[0], fromA);
        Channel b = bind(group, arguments[1], fromB);
        group.submit(() -> {
            fromA.other = b;
            fromB.other = a;
        }).sync();
        System.out.println("ready");
    }

    private static Channel bind(EventLoopGroup group, String device, RivalMain handler) throws InterruptedException {
        return new Bootstrap().group(group).channel(TunChannel.class).handler(handler).bind(new TunAddress(device))
                .sync().channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Tun4Packet packet = (Tun4Packet) message;
        ByteBuf bytes = packet.content();
        int at = bytes.readerIndex();
        int timeToLive = bytes.getUnsignedByte(at + TIME_TO_LIVE);
        if (timeToLive <= 1) {
            packet.release();
            return;
        }
        bytes.setByte(at + TIME_TO_LIVE, timeToLive - 1);
        int sum = bytes.getUnsignedShort(at + CHECKSUM) + 0x0100;   // RFC 1624, equation 3
        bytes.setShort(at + CHECKSUM, (sum & 0xffff) + (sum >>> 16));
        other.write(packet, other.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        other.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        cause.printStackTrace();
        Runtime.getRuntime().halt(1);
    }
}
