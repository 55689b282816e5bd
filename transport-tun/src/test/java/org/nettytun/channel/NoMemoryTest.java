package org.nettytun.channel;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.NapiCounter;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketVector;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.stats.Direction;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;

import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A handler keeps all packets, until the allocator has reached its bound, while the kernel sends on. */
class NoMemoryTest extends DeviceTest {
    private static final int SENT = 1000;
    private static final int LENGTH = 200;

    private final BlockingQueue<PacketBuf> held = new LinkedBlockingQueue<>();
    private final Set<Integer> numbers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger arrived = new AtomicInteger();
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private volatile boolean keep = true;

    /** Small slots, large ones (which are read into only), and batches. */
    @ParameterizedTest
    @CsvSource({"1500, 600000, false", "9000, 9000000, false", "1500, 600000, true"})
    void eachLostPacketIsADropAndTheChannelRecovers(int mtu, int maxBytes, boolean vectors) throws Exception {
        netns.exec("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
        NapiByteBufAllocator napi = new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 9000 == mtu ? 100 : 1536,
                maxBytes);
        TunChannel tun = bind(bootstrap(new Holder()).option(TunChannelOption.TUN_ADDRESSES, List.of("10.7.0.1/24"))
                .option(TunChannelOption.TUN_MTU, mtu).option(TunChannelOption.TUN_VECTORS, vectors)
                .option(TunChannelOption.TUN_TX_QUEUE_LENGTH, 2 * SENT).option(ChannelOption.ALLOCATOR, napi));
        kernelSends(0);
        Eventually.await(() -> tun.stats().packets(Term.READ) == SENT, tun.stats()::toString);
        assertTrue(napi.slabBytes() <= maxBytes);
        long lost = SENT - numbers.size();
        assertEquals(numbers.size(), arrived.get());
        assertTrue(lost > 0 && lost < SENT, () -> lost + " were lost");
        assertEquals(lost, tun.stats().dropped(Direction.INBOUND, KernelDropReason.NOMEM));
        assertEquals(lost * LENGTH, tun.stats().droppedBytes(Direction.INBOUND, KernelDropReason.NOMEM));
        assertEquals(lost, tun.stats().dropped(Direction.INBOUND), tun.stats()::toString);
        assertEquals(lost, tun.stats().packets(Term.DROPPED_BEFORE));
        assertTrue(napi.count(NapiCounter.SHORTFALL) >= lost);

        keep = false;
        releaseHeld(tun);
        Eventually.await(() -> {
            tun.eventLoop().submit(() -> { }).syncUninterruptibly(); // one pass, which fetches what waits
            return napi.alive() == 0;
        }, () -> napi.alive() + " are still in use");
        kernelSends(SENT);
        Eventually.await(() -> tun.stats().packets(Term.READ) == 2 * SENT, tun.stats()::toString);
        assertEquals(2 * SENT - lost, numbers.size(), "all of the second lot arrived");
        assertEquals(lost, tun.stats().dropped(Direction.INBOUND), tun.stats()::toString);
        assertEquals(List.of(), IpLink.differences(tun.stats(), IpLink.statistics(netns, "tun0"), 0));
        assertEquals(0, tun.linkStatistics().orElseThrow().txDropped());
        assertTrue(failures.isEmpty(), failures::toString);

        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        assertEquals(0, napi.taken());
        assertTrue(napi.slabBytes() <= 2 << 20, () -> "idle slabs are kept: " + napi.slabBytes());
    }

    /** Half of them on the loop, half on this thread. */
    private void releaseHeld(TunChannel tun) throws InterruptedException {
        while (!held.isEmpty()) {
            held.remove().release();
            PacketBuf packet = held.poll();
            if (packet != null) {
                tun.eventLoop().submit(() -> packet.consume()).sync();
            }
        }
    }

    private void kernelSends(int first) throws Exception {
        try (DatagramChannel socket = netns.namespace().call(() -> DatagramChannel.open(StandardProtocolFamily.INET))) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(LENGTH - IP_AND_UDP);
            for (int i = first; i < first + SENT; i++) {
                socket.send(bytes.clear().putInt(0, i), new InetSocketAddress("10.7.0.2", 9));
            }
        }
    }

    private final class Holder extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof PacketVector vector) {
                while (vector.size() > 0) {
                    arrives(vector.remove(0));
                }
                vector.consume();
            } else {
                arrives((PacketBuf) message);
            }
        }

        private void arrives(PacketBuf packet) {
            arrived.incrementAndGet();
            numbers.add(packet.getInt(IP_AND_UDP));
            if (keep) {
                held.add(packet);
            } else {
                packet.consume();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            failures.add(cause);
        }
    }
}
