package org.nettytun.forward;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.FastThreadLocalThread;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.TunStats;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Forwarding makes no garbage: not for a packet, not for an answer, not for a fragment, not for an error. */
class GarbageTest {
    private static final int ROUND = 20_000;
    private static final int ROUNDS = 12;
    /** Index of its last four bytes in an IPv6 header. */
    private static final int LOW_OF_SOURCE = 20;
    private final NapiByteBufAllocator alloc = new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 1536, 16 << 20);

    private static ResourceLeakDetector.Level level;

    /** It makes garbage of its own. */
    @BeforeAll
    static void withoutLeakDetection() {
        level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterAll
    static void withIt() {
        ResourceLeakDetector.setLevel(level);
    }

    static Stream<Object[]> packets() {
        return Stream.of(
                new Object[] {"v4", Build.udp("10.1.0.1", "10.2.0.1", 100)},
                new Object[] {"v6", Build.udp("fd01::1", "fd02::1", 100)},
                new Object[] {"v4 options", Build.options(Build.udp("10.1.0.1", "10.2.0.1", 100), "0707040000000000")},
                new Object[] {"v4 fragments", Build.flags(Build.udp("10.1.0.1", "10.3.0.1", 1500), 0)},
                new Object[] {"v4 no route", Build.udp("10.1.0.1", "10.77.0.1", 100)},
                new Object[] {"v4 expired", Build.hops(Build.udp("10.1.0.1", "10.2.0.1", 100), 1)},
                new Object[] {"v4 too big", Build.udp("10.1.0.1", "10.2.0.1", 1500)},
                new Object[] {"v6 no route", Build.udp("fd01::1", "fd77::1", 100)},
                new Object[] {"v6 expired", Build.hops(Build.udp("fd01::1", "fd02::1", 100), 1)},
                new Object[] {"v6 too big", Build.udp("fd01::1", "fd02::1", 1500)},
                new Object[] {"v4 ping", Build.ping("10.1.0.1", "10.1.0.254", 100)},
                new Object[] {"v6 ping", Build.ping("fd01::1", "fd01::fe", 100)},
                new Object[] {"v4 SYN", Build.tcp("10.1.0.1", "10.1.0.254", 2, "", 0)},
                new Object[] {"v4 port", Build.udp("10.1.0.1", "10.1.0.254", 100)});
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("packets")
    void noneAfterWarmingUp(String name, byte[] packet) throws Exception {
        assertNone(name, packet, new IcmpLimits(0), (buf, i) -> { });
    }

    /** Each from another address, and each asked whether it may be told: the limits take no more memory. */
    @Test
    void noneInAFloodOfSpoofedSources() throws Exception {
        byte[] packet = Build.hops(Build.udp("fd08::1", "fd02::1", 100), 1);
        assertNone("v6 expired", packet, new IcmpLimits(1_000_000), (buf, i) -> buf.setInt(LOW_OF_SOURCE, i));
    }

    private void assertNone(String name, byte[] packet, IcmpLimits limits, ObjIntConsumer<PacketBuf> change)
            throws Exception {
        FutureTask<Double> task = new FutureTask<>(() -> leastBytesPerPacket(packet, limits, change));
        Thread loop = new FastThreadLocalThread(task);   // a thread with a cache of packets, as a loop's is
        loop.start();
        double bytes = task.get();
        assertTrue(bytes < 0.1, name + ": " + bytes + " bytes a packet");
    }

    /** Of several rounds the best: compilers allocate on this thread, too, at first. */
    private double leastBytesPerPacket(byte[] packet, IcmpLimits limits, ObjIntConsumer<PacketBuf> change) {
        List<Sink> sinks = Stream.generate(Sink::new).limit(3).toList();
        List<Port> ports = Network.ports(sinks, SegmentLimit.MTU);
        TunStats ledger = TunStats.ofQueue();
        Forwarding router = new Forwarding(ports, Network.routes(ports), limits, new TunStats("router"));
        Forwarder forwarder = new Forwarder(router, ports.get(0), 0, alloc, ledger);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double least = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUND; i++) {
                PacketBuf buf = alloc.allocate().readFrom(ledger);
                buf.writeBytes(packet);
                change.accept(buf, round * ROUND + i);
                DropReason reason = forwarder.forward(buf);
                if (reason != DropReason.NONE) {
                    buf.drop(reason);
                }
                forwarder.flush();
            }
            least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / (double) ROUND);
        }
        forwarder.close();
        return least;
    }

    /** Releases what it is given: an embedded channel's own queue would be garbage of the test's. */
    private static final class Sink extends EmbeddedChannel {
        @Override
        protected void handleOutboundMessage(Object message) {
            ((ByteBuf) message).release();
        }
    }
}
