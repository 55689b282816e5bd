package org.nettytun.examples;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.channel.TunAddress;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunChannelOption;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.stats.DropReason;

import java.util.List;

/** The fifteen lines of the README. */
final class ReadmeExample {
    private ReadmeExample() {
    }

    public static void main(String[] arguments) throws Exception {
        EventLoopGroup group = new TunEventLoopGroup(1);
        TunChannel tun = (TunChannel) new Bootstrap().group(group).channel(TunChannel.class)
                .option(TunChannelOption.TUN_ADDRESSES, List.of("10.7.0.1/24", "fd07::1/64"))
                .handler(new SimpleChannelInboundHandler<PacketBuf>() {
                    private final Ipv4Header ip = new Ipv4Header();

                    @Override
                    protected void channelRead0(ChannelHandlerContext context, PacketBuf packet) {
                        if (ip.wrap(packet, packet.readerIndex()).check(packet.readableBytes()) == DropReason.NONE) {
                            System.out.println("protocol " + ip.protocol() + ", " + ip.totalLength() + " bytes");
                        }
                    }
                })
                .bind(new TunAddress("tun0")).sync().channel();
        tun.closeFuture().sync();
    }
}
