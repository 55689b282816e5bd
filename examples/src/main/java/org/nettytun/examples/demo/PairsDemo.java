package org.nettytun.examples.demo;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import org.nettytun.channel.TunAddress;
import org.nettytun.channel.TunChannel;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.channel.TunPair;
import org.nettytun.examples.Stop;
import org.nettytun.examples.router.InterfaceSpec;
import org.nettytun.examples.router.Router;
import org.nettytun.examples.router.RouterPlan;
import org.nettytun.linux.IpPrefix;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The same router without any device: between two socket pairs, with endpoints of our own in the kernels' place. */
final class PairsDemo {
    private static final String[][] ADDRESSES = {{"v4", "10.77.1.1", "10.77.2.1"}, {"v6", "fd77:1::1", "fd77:2::1"}};
    private static final int PAYLOAD = 1400;
    /** Pings before those that count: the first ones load classes. */
    private static final int UNMEASURED = 20;

    private final Stop stop;
    private final Consumer<String> say;
    private final int pings;
    private final int seconds;

    /** @param say takes lines for the user */
    PairsDemo(Stop stop, Consumer<String> say, int pings, int seconds) {
        this.stop = stop;
        this.say = say;
        this.pings = pings;
        this.seconds = seconds;
    }

    Report run() throws Exception {
        Report report = new Report(say);
        EventLoopGroup group = new TunEventLoopGroup(1);
        try {
            TunPair left = TunPair.open();
            TunPair right = TunPair.open();
            Endpoint a = new Endpoint();
            Endpoint b = new Endpoint();
            TunChannel channelA = bind(group, left.second(), a, true);
            TunChannel channelB = bind(group, right.second(), b, true);
            TunEventLoopGroup routing = new TunEventLoopGroup(1);
            try (Router router = Router.over(plan(), routing, List.of(
                    List.of(bind(routing, left.first(), new Nothing(), false)),
                    List.of(bind(routing, right.first(), new Nothing(), false))),
                    line -> say.accept("router: " + line))) {
                measure(report, new Traffic(stop, channelA, a, b), new Traffic(stop, channelB, b, a));
                report.count(router);
            }
        } finally {
            group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        }
        return report;
    }

    private void measure(Report report, Traffic fromA, Traffic fromB) throws Exception {
        for (String[] row : ADDRESSES) {
            Packets packets = new Packets(IpPrefix.parseAddress(row[1]), IpPrefix.parseAddress(row[2]));
            fromA.ping("", packets, UNMEASURED);
            say.accept("ping " + row[0] + ": " + pings + " at 1 ms, from endpoint to endpoint");
            report.add(fromA.ping("ping " + row[0], packets, pings));
        }
        for (String[] row : ADDRESSES) {
            Packets to = new Packets(IpPrefix.parseAddress(row[1]), IpPrefix.parseAddress(row[2]));
            Packets back = new Packets(IpPrefix.parseAddress(row[2]), IpPrefix.parseAddress(row[1]));
            say.accept("numbered datagrams " + row[0] + ": " + PAYLOAD + " bytes, " + seconds + " s each way");
            report.add(fromA.datagrams("UDP " + row[0] + " a to b", to, PAYLOAD, seconds));
            report.add(fromB.datagrams("UDP " + row[0] + " b to a", back, PAYLOAD, seconds));
        }
    }

    private static RouterPlan plan() {
        return new RouterPlan(List.of(
                InterfaceSpec.parse("pair-a,host=10.77.1.1/24,host=fd77:1::1/64,router=10.77.1.254,router=fd77:1::fe"),
                InterfaceSpec.parse("pair-b,host=10.77.2.1/24,host=fd77:2::1/64,router=10.77.2.254,router=fd77:2::fe")),
                List.of(), null, 100);
    }

    private static TunChannel bind(EventLoopGroup group, TunAddress end, ChannelHandler handler, boolean autoRead)
            throws InterruptedException {
        return (TunChannel) new Bootstrap().group(group).channel(TunChannel.class)
                .option(ChannelOption.AUTO_READ, autoRead)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Router.WATER_MARK)
                .handler(handler).bind(end).sync().channel();
    }

    /** The router brings its handler along. */
    private static final class Nothing extends ChannelInitializer<TunChannel> {
        @Override
        protected void initChannel(TunChannel channel) {
            // nothing to add
        }
    }
}
