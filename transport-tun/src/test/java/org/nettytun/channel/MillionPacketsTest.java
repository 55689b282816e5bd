package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.fixture.Balances;
import org.nettytun.fixture.Soak;
import org.nettytun.linux.LinkStatistics;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.stats.Direction;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunDropReason;
import org.nettytun.stats.TunStats;

import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A million packets, good and bad, from both sides at once: every one is accounted for, by us and by the kernel, none
 * leaks, and memory is what it was. In the profile {@code soak} it is ten million.
 */
class MillionPacketsTest extends DeviceTest {
    private static final int FROM_KERNEL = Soak.of(500_000, 5_000_000);
    private static final int FROM_US = Soak.of(500_000, 5_000_000);
    /** A slab of each size, and what the threads that are still there have in their caches. */
    private static final long KEPT_BYTES = 4 << 20;
    private static final long HEAP_BYTES = 16 << 20;
    private static final int BATCH = 500;
    private static final int EACH_KIND = 10;

    private final ExecutorService elsewhere = Executors.newSingleThreadExecutor();
    private final LogLines log = new LogLines();

    @AfterEach
    void closeLog() {
        log.close();
    }

    @Test
    void everyPacketIsAccountedFor() throws Exception {
        long slabs = NapiByteBufAllocator.DEFAULT.slabBytes();
        long heap = heapBytes();
        netns.exec("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
        TunChannel tun = bind(bootstrap(new Judge(elsewhere))
                .option(TunChannelOption.TUN_ADDRESSES, List.of("10.7.0.1/24")));
        TunStats stats = tun.stats();
        CompletableFuture<Void> kernel = CompletableFuture.runAsync(this::kernelSendsMany);
        for (int i = 0; i < FROM_US; i += BATCH) {
            int first = i;
            tun.eventLoop().submit(() -> writeBatch(tun, first)).sync();
            if (i == FROM_US / 2) {
                kernel.join(); // what it sends now would find no route
                downAndUp(tun);
            }
        }
        kernel.join();
        elsewhere.shutdown();

        Eventually.await(() -> differences(tun).isEmpty(), () -> differences(tun) + " " + stats);
        LinkStatistics interfaces = tun.linkStatistics().orElseThrow();
        assertEquals(FROM_KERNEL, stats.packets(Term.READ) + interfaces.txDropped());
        assertEquals(FROM_US + BATCH, stats.packets(Term.ACCEPTED));
        assertEquals(FROM_US / EACH_KIND, stats.dropped(Direction.OUTBOUND, KernelDropReason.INVALID_PROTO));
        assertEquals(FROM_US / EACH_KIND, stats.dropped(Direction.OUTBOUND, KernelDropReason.PKT_TOO_SMALL));
        assertEquals(FROM_US / EACH_KIND, stats.dropped(Direction.OUTBOUND, KernelDropReason.QUEUE_PURGE));
        assertEquals(BATCH, stats.dropped(Direction.OUTBOUND, KernelDropReason.DEV_READY));
        assertTrue(stats.dropped(Direction.INBOUND, TunDropReason.TTL_EXPIRED) > 0
                && stats.dropped(Direction.INBOUND, KernelDropReason.IP_NOPROTO) > 0, stats::toString);
        assertEquals(List.of(), Balances.wrong(stats));

        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        assertTrue(elsewhere.awaitTermination(10, TimeUnit.SECONDS));
        long slabsAfter = NapiByteBufAllocator.DEFAULT.slabBytes();
        assertTrue(slabsAfter <= slabs + KEPT_BYTES, () -> "bytes in slabs: " + slabs + ", then " + slabsAfter);
        long heapAfter = heapBytes();
        assertTrue(heapAfter <= heap + HEAP_BYTES, () -> "bytes on the heap: " + heap + ", then " + heapAfter);
        NapiByteBufAllocator.DEFAULT.allocate().release(); // whoever opens a tracker looks for what was lost
        assertEquals(List.of(), log.lines().stream().filter(line -> line.contains("LEAK: PacketBuf")).toList());
    }

    private static long heapBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private List<String> differences(TunChannel tun) {
        TunStats stats = tun.stats();
        return IpLink.differences(stats, IpLink.statistics(netns, "tun0"),
                stats.dropped(Direction.OUTBOUND, KernelDropReason.INVALID_PROTO)
                        + stats.dropped(Direction.OUTBOUND, KernelDropReason.DEV_READY));
    }

    private void kernelSendsMany() {
        try (DatagramChannel socket = netns.namespace().call(
                () -> DatagramChannel.open(StandardProtocolFamily.INET))) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(1472);
            InetSocketAddress to = new InetSocketAddress("10.7.0.2", 9);
            for (int i = 0; i < FROM_KERNEL; i++) {
                socket.send(bytes.clear().limit(i % 1473), to);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Ten kinds, one after the other. What is good goes to an address that nobody has, so nobody answers. */
    private static void writeBatch(TunChannel tun, int first) {
        for (int i = first; i < first + BATCH; i++) {
            byte[] good = Packets.ipv4(24 + i % 1400, i);
            good[19] = 99;
            ByteBufAllocator pool = tun.alloc();
            switch (i % EACH_KIND) {
                case 0 -> tun.write(Unpooled.wrappedBuffer(new byte[] {(byte) 0xf0, 1}), tun.voidPromise());
                case 1 -> tun.write(Unpooled.EMPTY_BUFFER, tun.voidPromise());
                case 2 -> tun.write(Unpooled.wrappedBuffer(good)).cancel(false);
                case 3 -> tun.write(pool.directBuffer(1500, 1500).writeBytes(good), tun.voidPromise());
                case 4 -> tun.write(pool.directBuffer().writeBytes(good), tun.voidPromise());
                case 5 -> tun.write(pool.compositeDirectBuffer().addComponent(true,
                        pool.directBuffer().writeBytes(good, 0, 20)).addComponent(true,
                        pool.directBuffer().writeBytes(good, 20, good.length - 20)), tun.voidPromise());
                case 6 -> twice(tun, pool.directBuffer(1500, 1500).writeBytes(good));
                default -> tun.write(Unpooled.wrappedBuffer(good), tun.voidPromise());
            }
        }
        tun.flush();
    }

    /** Two references to one packet: one is written, the other was only looked at. */
    private static void twice(TunChannel tun, ByteBuf packet) {
        ByteBuf seen = packet.retainedDuplicate();
        tun.write(packet, tun.voidPromise());
        tun.flush();
        seen.release();
    }

    /** As many good packets as a batch has, while the device is down. */
    private void downAndUp(TunChannel tun) throws Exception {
        netns.ip("link", "set", "tun0", "down");
        byte[] good = Packets.ipv4(60, 1);
        for (int i = 0; i < BATCH; i++) {
            tun.write(Unpooled.wrappedBuffer(good), tun.voidPromise());
        }
        tun.flush();
        tun.eventLoop().submit(() -> { }).sync();
        Eventually.await(() -> tun.stats().dropped(Direction.OUTBOUND, KernelDropReason.DEV_READY) == BATCH,
                tun.stats()::toString);
        netns.ip("link", "set", "tun0", "up");
    }

    /** Lets each fourth packet go on the loop, each fourth on another thread, and consumes the others. */
    private static final class Judge extends ChannelInboundHandlerAdapter {
        private final ExecutorService elsewhere;
        private int count;

        Judge(ExecutorService elsewhere) {
            this.elsewhere = elsewhere;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            PacketBuf packet = (PacketBuf) message;
            switch (count++ & 3) {
                case 0 -> packet.drop(TunDropReason.TTL_EXPIRED);
                case 1 -> elsewhere.execute(() -> packet.drop(KernelDropReason.IP_NOPROTO));
                default -> packet.consume();
            }
        }
    }
}
