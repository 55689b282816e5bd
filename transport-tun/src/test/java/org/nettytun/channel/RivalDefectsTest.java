package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import org.junit.jupiter.api.Test;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.OpenDescriptors;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.TunDropReason;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The defects that other TUN channels for the JVM had: each a case that must not come back here. */
class RivalDefectsTest extends DeviceTest {
    private static final int PORT = 7000;

    private final Recorder recorder = new Recorder();

    /** Every buffer it made, to see that each was released. */
    private static final class Watching extends PooledByteBufAllocator {
        private final Queue<ByteBuf> made = new ConcurrentLinkedQueue<>();

        Watching() {
            super(true);
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            ByteBuf buffer = super.newDirectBuffer(initialCapacity, maxCapacity);
            made.add(buffer);
            return buffer;
        }

        void allReleased() {
            Eventually.await(() -> made.stream().allMatch(buffer -> buffer.refCnt() == 0), () -> "buffers leaked");
            assertFalse(made.isEmpty());
        }
    }

    @Test
    void d01AChannelNeedsNoLoopOfItsOwn() throws Exception {
        TunChannel tun = bind(recorder);
        ChannelFuture udp = new Bootstrap().group(tun.eventLoop()).channel(EpollDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter()).bind(new InetSocketAddress("127.0.0.1", 0)).sync();
        assertSame(tun.eventLoop(), udp.channel().eventLoop());
    }

    @Test
    void d02OnlyTheLoopsThreadReads() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        TunChannel tun = bind(new Recorder((context, packet) -> threads.add(Thread.currentThread())));
        AtomicReference<Thread> loop = new AtomicReference<>();
        tun.eventLoop().submit(() -> loop.set(Thread.currentThread())).sync();
        for (int i = 0; i < 100; i++) {
            tun.read();
            kernelSends(netns, 100);
        }
        Eventually.await(() -> tun.stats().packets(Direction.INBOUND) >= 100, tun.stats()::toString);
        assertEquals(Set.of(loop.get()), threads);
    }

    @Test
    void d03ClosingClosesEverySocket() throws Exception {
        int before = OpenDescriptors.count();
        bind(recorder).close().sync();
        assertEquals(before, OpenDescriptors.count());
    }

    @Test
    void d04AFailedBindClosesEverything() throws Exception {
        int before = OpenDescriptors.count();
        assertFalse(bootstrap(recorder).option(TunChannelOption.TUN_MTU, 100) // IPv6 wants 1280, so its address fails
                .bind(new TunAddress("tun0")).await().isSuccess());
        assertEquals(before, OpenDescriptors.count());
    }

    @Test
    void d05NoReadLeaksItsBuffer() throws Exception {
        Watching allocator = new Watching();
        TunChannel tun = bind(bootstrap(recorder).option(ChannelOption.ALLOCATOR, allocator));
        kernelSends(netns, 100);
        recorder.awaitPacket();
        netns.ip("link", "del", "tun0"); // the read that follows throws
        assertTrue(tun.closeFuture().await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
        allocator.allReleased();
    }

    /** A device refuses such a packet, so a pair stands for it: what is not IP is the application's to drop. */
    @Test
    void d05NorDoesAPacketOfAnUnknownVersion() throws Exception {
        Watching allocator = new Watching();
        TunPair pair = TunPair.open();
        bootstrapOfPair(allocator).bind(pair.second()).sync();
        Channel sender = bootstrapOfPair(allocator).bind(pair.first()).sync().channel();
        byte[] strange = Packets.ipv4(100, 1);
        strange[0] = (byte) 0xf5;
        sender.writeAndFlush(Unpooled.wrappedBuffer(strange)).sync();
        assertArrayEquals(strange, recorder.awaitPacket());
        allocator.allReleased();
    }

    private Bootstrap bootstrapOfPair(Watching allocator) {
        return new Bootstrap().group(group).channel(TunChannel.class).handler(recorder)
                .option(ChannelOption.ALLOCATOR, allocator);
    }

    @Test
    void d06ARefusedWriteFailsItsPromiseAndLeaksNothing() throws Exception {
        Watching allocator = new Watching();
        TunChannel tun = bind(bootstrap(recorder).option(ChannelOption.ALLOCATOR, allocator));
        ByteBuf bad = allocator.directBuffer().writeZero(40);
        ChannelFuture write = tun.writeAndFlush(bad).await();
        assertInstanceOf(PacketRefusedException.class, write.cause());
        assertEquals(0, bad.refCnt());
        ByteBuf shared = allocator.directBuffer().writeZero(40);
        assertInstanceOf(PacketRefusedException.class, tun.writeAndFlush(shared.retain()).await().cause());
        assertEquals(1, shared.refCnt(), "the writer's own reference is left");
        shared.release();
        tun.close().sync();
        allocator.allReleased();
    }

    @Test
    void d07ADeletedDeviceIsOneExceptionNotALoopOfThem() throws Exception {
        TunChannel tun = bind(recorder);
        netns.ip("link", "del", "tun0");
        assertTrue(tun.closeFuture().await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertTrue(recorder.inactive.await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
        recorder.awaitFailure(TunGoneException.class);
        assertNull(recorder.failures.poll());
    }

    @Test
    void d08AWriteToADownDeviceDoesNotKillTheChannel() throws Exception {
        TunChannel tun = bind(recorder);
        netns.ip("link", "set", "tun0", "down");
        assertInstanceOf(PacketRefusedException.class,
                tun.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(60, 1))).await().cause());
        netns.ip("link", "set", "tun0", "up");
        tun.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(60, 1))).sync();
    }

    @Test
    void d09CloseTakesTheDeviceAwayAtOnce() throws Exception {
        bind(recorder).close().sync();
        assertFalse(netns.ip("link").contains("tun0"));
    }

    @Test
    void d10AnMtuRaisedLaterTruncatesNothing() throws Exception {
        TunChannel tun = bind(recorder);
        netns.ip("link", "set", "tun0", "mtu", "3000");
        assertEquals(3000, recorder.awaitLink(TunLinkEvent.Kind.MTU_CHANGED).mtu());
        kernelSends(netns, 3000);
        assertEquals(3000, nextIpv4().length);
        assertEquals(0, tun.stats().dropped(Direction.INBOUND));
    }

    /** A packet that is quicker than the word of the new MTU may be lost, alone; it is never handed on cut. */
    @Test
    void d10NorDoesOneThatIsNotToldYet() throws Exception {
        CountDownLatch raised = new CountDownLatch(1);
        TunChannel tun = bind(recorder);
        tun.eventLoop().execute(() -> { // so that the loop can neither hear of it nor read
            netns.ip("link", "set", "tun0", "mtu", "3000");
            try {
                kernelSends(netns, 3000);
                kernelSends(netns, 2999);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            raised.countDown();
        });
        assertTrue(raised.await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
        byte[] packet = nextIpv4();
        long lost = tun.stats().dropped(Direction.INBOUND, TunDropReason.PKT_TRUNCATED);
        assertEquals(lost == 0 ? 3000 : 2999, packet.length);
        assertTrue(lost <= 1, () -> lost + " packets lost");
    }

    /** The kernel sends router solicitations and multicast reports of its own. */
    private byte[] nextIpv4() throws InterruptedException {
        while (true) {
            byte[] packet = recorder.awaitPacket();
            if (packet[0] >>> 4 == 4 && packet[16] == 10) {
                return packet;
            }
        }
    }

    @Test
    void d11WithAutoReadOffTheKernelKeepsThePackets() throws Exception {
        TunChannel tun = bind(bootstrap(recorder).option(ChannelOption.AUTO_READ, false)
                .option(TunChannelOption.TUN_TX_QUEUE_LENGTH, 10));
        for (int i = 0; i < 30; i++) {
            kernelSends(netns, 100);
        }
        assertNull(recorder.packets.poll(200, TimeUnit.MILLISECONDS));
        assertEquals(0, tun.stats().packets(Direction.INBOUND));
        assertTrue(netns.ip("-s", "link", "show", "tun0").lines().reduce((a, b) -> b).orElse("").matches(
                "\\s+0\\s+0\\s+0\\s+[1-9]\\d*\\s.*"), "what the kernel had no room for it has dropped");
    }

    @Test
    void d12AnIpv4HeaderIsReadAndWrittenByTheBook() {
        ByteBuf bytes = Unpooled.buffer().writeZero(60);
        Ipv4Header ip = new Ipv4Header().wrap(bytes, 0).write(60, 17, 0x0a070001, 0x0a070002);
        bytes.setByte(0, 0x46); // with four bytes of options
        bytes.setByte(1, 0xb8);
        bytes.setInt(20, 0x01010101);
        ip.fragment(true, false, 0).updateChecksum();
        assertEquals(0xb8, ip.typeOfService());
        assertEquals(24, ip.headerLength());
        assertTrue(ip.dontFragment() && !ip.moreFragments() && ip.fragmentOffset() == 0);
        assertEquals(DropReason.NONE, ip.check(60));
        bytes.setInt(20, 0x01010100);
        assertNotEquals(DropReason.NONE, ip.check(60), "the options belong to the checksum");
        bytes.release();
    }

    @Test
    void d13AnIpv6HeadersLengthIsChecked() {
        ByteBuf bytes = Unpooled.buffer().writeZero(60);
        Ipv6Header ip = new Ipv6Header().wrap(bytes, 0).write(20, 17);
        ip.flow(0xab, 0x12345);
        assertEquals(0xab, ip.trafficClass());
        assertEquals(0x12345, ip.flowLabel());
        assertEquals(DropReason.NONE, ip.check(60));
        assertNotEquals(DropReason.NONE, ip.check(59));
        assertNotEquals(DropReason.NONE, ip.check(39));
        bytes.release();
    }

    @Test
    void d14BothFamiliesAreWritten() throws Exception {
        TunChannel tun = bind(recorder);
        try (DatagramChannel v4 = open(StandardProtocolFamily.INET, "10.7.0.1");
                DatagramChannel v6 = open(StandardProtocolFamily.INET6, "fd07::1")) {
            // The kernel inserts the route of an IPv6 address from a work queue, after the address can be bound.
            Eventually.await(() -> netns.ip("-6", "route", "show", "table", "local").contains("fd07::1"),
                    () -> netns.ip("-6", "route", "show", "table", "local"));
            tun.write(Packets.udpV4(PORT, "four"));
            tun.writeAndFlush(Packets.udpV6(PORT, "six")).sync();
            assertEquals("four", receive(v4));
            assertEquals("six", receive(v6));
        }
        assertEquals(2, tun.stats().packets(Direction.OUTBOUND));
    }

    private DatagramChannel open(StandardProtocolFamily family, String address) throws Exception {
        DatagramChannel socket = netns.namespace().call(() -> DatagramChannel.open(family));
        socket.bind(new InetSocketAddress(InetAddress.getByName(address), PORT));
        return socket;
    }

    /** The kernel's word that the datagram was right: it has come to its port. */
    private static String receive(DatagramChannel socket) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        assertTimeoutPreemptively(Duration.ofSeconds(Recorder.PATIENCE_SECONDS), () -> socket.receive(buffer));
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
    }

    @Test
    void d15NoPacketIsCopied() throws Exception {
        AtomicReference<ByteBuf> read = new AtomicReference<>();
        TunChannel tun = bind(new Recorder((context, packet) -> {
            assertInstanceOf(PacketBuf.class, packet);
            assertTrue(packet.isDirect() && packet.hasMemoryAddress());
            read.set(((TunChannel) context.channel()).filterOutboundMessage(packet) == packet ? packet : null);
        }));
        kernelSends(netns, 100);
        Eventually.await(() -> read.get() != null, tun.stats()::toString);
    }

    @Test
    void d16NoHollowNativeImageConfigurationIsShipped() throws Exception {
        List<URL> all = Collections.list(getClass().getClassLoader().getResources("META-INF/native-image"));
        assertTrue(all.stream().anyMatch(url -> url.toString().contains("netty-")), "Netty's are found");
        assertEquals(List.of(), all.stream().filter(url -> url.toString().contains("transport-tun")).toList());
    }
}
