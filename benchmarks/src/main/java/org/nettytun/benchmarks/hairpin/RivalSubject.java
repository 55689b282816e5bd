package org.nettytun.benchmarks.hairpin;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultEventLoopGroup;
import org.drasyl.channel.tun.Tun4Packet;
import org.drasyl.channel.tun.TunAddress;
import org.drasyl.channel.tun.TunChannel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * {@code org.drasyl:netty-tun} with the Netty 4.1 that it declares. Its second thread reads whether it is wanted or
 * not, so between two runs the packets wait here.
 */
final class RivalSubject extends ChannelInboundHandlerAdapter implements Subject {
    private static final String THREADS = "defaultEventLoo";   // the kernel keeps 15 bytes of a thread's name

    private final List<Tun4Packet> parked = new ArrayList<>();
    private ChannelHandlerContext context;
    private int size;
    private int unchanged;
    private long packets;
    private long start;
    private long deadline;
    private CompletableFuture<Laps> running;

    /** A process that serves it. */
    public static void main(String... arguments) throws Exception {
        Subjects.serve(new RivalSubject());
    }

    @Override
    @SuppressWarnings("deprecation")   // by Netty 4.2; in 4.1 there is no other
    public List<Long> start() throws Exception {
        Channel channel = new Bootstrap().group(new DefaultEventLoopGroup(1)).channel(TunChannel.class)
                .handler(this).bind(new TunAddress("tun0")).sync().channel();
        channel.eventLoop().submit(() -> context = channel.pipeline().context(this)).sync();
        List<Long> threads = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : all.toList()) {
                if (Files.readString(thread.resolve("comm")).startsWith(THREADS)) {
                    threads.add(Long.parseLong(thread.getFileName().toString()));
                }
            }
        }
        return threads;
    }

    @Override
    public void size(int bytes) throws Exception {
        context.executor().submit(() -> {
            size = bytes;
            unchanged = Packets.unchanged(bytes);
            for (int flow = 0; flow < Packets.IN_FLIGHT; flow++) {
                context.write(new Tun4Packet(Packets.of(bytes, flow)));
            }
            context.flush();
        }).sync();
    }

    @Override
    public Laps run(long millis) throws Exception {
        CompletableFuture<Laps> laps = new CompletableFuture<>();
        context.executor().execute(() -> {
            running = laps;
            packets = 0;
            start = System.nanoTime();
            deadline = start + millis * 1_000_000;
            parked.forEach(packet -> channelRead(context, packet));
            parked.clear();
            context.flush();
        });
        return laps.get();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Tun4Packet packet = (Tun4Packet) message;
        ByteBuf bytes = packet.content();
        if (bytes.readableBytes() != size) {
            packet.release();
        } else if (running == null) {
            parked.add(packet);
        } else {
            packets++;
            bytes.setInt(bytes.readerIndex() + Packets.CHANGED, unchanged);
            ctx.write(packet, ctx.voidPromise());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws IOException {
        ctx.flush();
        long now = System.nanoTime();
        if (now - deadline >= 0 && running != null) {
            running.complete(new Laps(packets, now - start));
            running = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        cause.printStackTrace();
        Runtime.getRuntime().halt(1);
    }
}
