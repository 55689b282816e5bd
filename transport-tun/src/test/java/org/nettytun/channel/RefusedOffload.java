package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.nettytun.offload.Partial;
import org.nettytun.offload.Segments;
import org.nettytun.stats.Direction;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own for {@link OffloadDeviceTest}, which has it run under a tracer that answers the first
 * super-packet with {@code EINVAL}. The exit code says what came of it.
 */
final class RefusedOffload {
    private static final int SEGMENTS = 5;

    private RefusedOffload() {
    }

    /** @param arguments the network namespace; and {@code write}, {@code writev} (merged), or {@code off} */
    public static void main(String[] arguments) throws Exception {
        TunEventLoopGroup group = new TunEventLoopGroup(1);
        TunChannel tun = (TunChannel) new Bootstrap().group(group).channel(TunChannel.class)
                .handler(new ChannelInboundHandlerAdapter()).option(TunChannelOption.TUN_NETNS, arguments[0])
                .option(TunChannelOption.TUN_OFFLOADS, TunOffload.ALL_SUPPORTED)
                .bind(new TunAddress("tun0")).sync().channel();
        boolean right = switch (arguments[1]) {
            case "write" -> passedOn(tun);
            case "writev" -> merged(tun);
            default -> tun.config().getOption(TunChannelOption.TUN_OFFLOADS).isEmpty()
                    && isTaken(tun, new Segments(false, true))
                    && tun.stats().packets(Term.SPLIT) == 1 && tun.stats().packets(Term.SEGMENTS) == SEGMENTS;
        };
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        System.out.println(tun.stats());
        System.exit(right && tun.stats().balance(Direction.OUTBOUND).isEven() ? 0 : 1);
    }

    /** The first, refused, and the second are split; of another kind one still goes whole. */
    private static boolean passedOn(TunChannel tun) throws InterruptedException {
        TunStats stats = tun.stats();
        boolean taken = true;
        for (int i = 0; i < 2; i++) {
            taken &= isTaken(tun, new Segments(false, true));
        }
        taken &= isTaken(tun, new Segments(true, true));
        return taken && isOff(tun) && stats.packets(Term.SPLIT) == 2 && stats.packets(Term.SEGMENTS) == 2 * SEGMENTS
                && stats.packets(Term.SUPER_SENT) == 1 && stats.packets(Term.SENT) == 3;
    }

    private static boolean isTaken(TunChannel tun, Segments flow) throws InterruptedException {
        return tun.writeAndFlush(Partial.inSlot(Partial.superPacket(flow, 5000, 1000))).await().isSuccess();
    }

    /** Each goes alone then, and so do those of the next flush. */
    private static boolean merged(TunChannel tun) throws InterruptedException {
        TunStats stats = tun.stats();
        List<ChannelFuture> writes = new ArrayList<>();
        Segments flow = new Segments(false, true);
        for (int i = 0; i < 2 * SEGMENTS; i++) {
            writes.add(tun.write(Segments.packet(flow.next(1000))));
            if (i % SEGMENTS == SEGMENTS - 1) {
                tun.flush();
            }
        }
        boolean taken = true;
        for (ChannelFuture write : writes) {
            taken &= write.await().isSuccess();
        }
        return taken && isOff(tun) && stats.packets(Term.SUPER_SENT) == 0 && stats.packets(Term.MERGED) == 0
                && stats.packets(Term.SENT) == 2 * SEGMENTS;
    }

    private static boolean isOff(TunChannel tun) {
        Set<TunOffload> left = tun.config().getOption(TunChannelOption.TUN_OFFLOADS);
        return tun.stats().packets(Term.OFFLOAD_REFUSED) == 1 && !left.contains(TunOffload.TSO4)
                && left.contains(TunOffload.TSO6);
    }
}
