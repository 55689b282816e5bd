package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.linux.TunFd;
import org.nettytun.linux.TunFlag;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.Jvm;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.linux.fixture.TestIo;
import org.nettytun.offload.Partial;
import org.nettytun.offload.Segments;
import org.nettytun.stats.Direction;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a device and a channel agree on, and what the device then takes. */
class OffloadDeviceTest extends DeviceTest {
    private static final Path STRACE = Path.of("/usr/bin/strace");
    private static final int EAGAIN = -11;

    private TunChannel bindWith(Set<TunOffload> offloads) {
        return bind(bootstrap(new Recorder()).option(TunChannelOption.TUN_OFFLOADS, offloads));
    }

    @Test
    void theKernelGrantsWhatItKnowsAndTheOptionReadsIt() {
        TunChannel all = bindWith(TunOffload.ALL_SUPPORTED);
        assertEquals(TunOffload.ALL_SUPPORTED, all.config().getOption(TunChannelOption.TUN_OFFLOADS));
        all.close().syncUninterruptibly();
        Set<TunOffload> two = EnumSet.of(TunOffload.CSUM, TunOffload.TSO6);
        TunChannel some = bindWith(two);
        assertEquals(two, some.config().getOption(TunChannelOption.TUN_OFFLOADS));
        some.close().syncUninterruptibly();
        assertEquals(Set.of(), bind(new Recorder()).config().getOption(TunChannelOption.TUN_OFFLOADS));
    }

    @Test
    void aDeviceThatWasLeftWithOffloadsHasNoneWhenNobodyAsks() throws Exception {
        TunFd left = netns.namespace().call(() -> TunFd.open("tun0", EnumSet.of(TunFlag.VNET_HDR)));
        left.setOffload(TunOffload.bits(TunOffload.ALL_SUPPORTED));
        left.setPersist(true);
        left.close();
        Recorder recorder = new Recorder();
        TunChannel plain = bind(recorder);
        kernelSends(netns, 1400);
        assertEquals(1400, awaitIpv4(recorder).length);
        assertEquals(0, plain.stats().packets(Term.SUPER_READ));
    }

    private static byte[] awaitIpv4(Recorder recorder) throws InterruptedException {
        byte[] next = recorder.awaitPacket();
        while (next[0] >>> 4 != 4) { // the kernel's own
            next = recorder.awaitPacket();
        }
        return next;
    }

    @Test
    void withAnotherAllocatorTheHeaderIsReadAllTheSame() throws Exception {
        Recorder recorder = new Recorder();
        TunChannel tun = bind(bootstrap(recorder).option(TunChannelOption.TUN_OFFLOADS, TunOffload.ALL_SUPPORTED)
                .option(ChannelOption.ALLOCATOR, new PooledByteBufAllocator(true)));
        kernelSends(netns, 1300);
        assertEquals(1300, awaitIpv4(recorder).length);
        PacketBuf whole = Partial.superPacket(new Segments(false, true), 5000, 1000);
        assertTrue(tun.writeAndFlush(whole).await().isSuccess());
    }

    /** One packet, read once, goes to a queue with a header of 10 bytes and to one with 12, on two loops. */
    @Test
    void onePacketToTwoChannelsWithDifferentHeaders() throws Exception {
        TunFd twelve = netns.namespace().call(() -> TunFd.open("tun12", EnumSet.of(TunFlag.VNET_HDR)));
        twelve.setVnetHeaderSize(12);
        netns.ip("link", "set", "tun12", "up");
        Recorder atTwelve = new Recorder();
        TunChannel second = (TunChannel) bootstrap(atTwelve).option(TunChannelOption.TUN_OFFLOADS,
                        TunOffload.ALL_SUPPORTED).option(TunChannelOption.TUN_ADDRESSES, List.of())
                .bind(TunAddress.ofDescriptor(twelve.fd())).sync().channel();
        twelve.release();
        TunChannel first = bindWith(TunOffload.ALL_SUPPORTED);
        assertEquals(10, first.device().offloads().headerLength());
        assertEquals(12, second.device().offloads().headerLength());
        for (int i = 0; i < 200; i++) {
            Segments flow = new Segments(i % 2 == 0, true);
            PacketBuf packet = i % 3 == 0 ? Segments.packet(flow.next(1000)) : Partial.superPacket(flow, 20_000, 1400);
            byte[] before = Segments.bytes(packet);
            ByteBuf kept = packet.retainedDuplicate();
            ChannelFuture one = first.writeAndFlush(packet.retainedDuplicate());
            ChannelFuture two = second.writeAndFlush(packet);
            assertTrue(one.await().isSuccess() && two.await().isSuccess(), () -> one.cause() + ", " + two.cause());
            assertArrayEquals(before, Segments.bytes(kept));
            kept.release();
        }
        assertEquals(133, first.stats().packets(Term.SUPER_SENT));
        assertEquals(133, second.stats().packets(Term.SUPER_SENT));
        assertEquals(200, IpLink.statistics(netns, "tun12").rxPackets());
    }

    /** EINVAL for a packet that is itself wrong is that packet's affair, and no reason to split others. */
    @Test
    void aMalformedSuperPacketIsRefusedAlone() throws Exception {
        TunChannel tun = bindWith(TunOffload.ALL_SUPPORTED);
        PacketBuf wrong = Partial.superPacket(new Segments(false, true), 3000, 1000);
        wrong.metadata().gso(GsoType.TCP6, false, 1000, 40);
        PacketRefusedException why = assertInstanceOf(PacketRefusedException.class,
                tun.writeAndFlush(wrong).await().cause());
        assertEquals(KernelDropReason.SKB_BAD_GSO, why.reason());
        PacketBuf outside = Partial.packet(new Segments(false, true), 100);
        outside.metadata().partialChecksum(2000, 16);
        why = assertInstanceOf(PacketRefusedException.class, tun.writeAndFlush(outside).await().cause());
        assertEquals(KernelDropReason.DEV_HDR, why.reason());
        assertEquals(0, tun.stats().packets(Term.OFFLOAD_REFUSED));
        assertEquals(TunOffload.ALL_SUPPORTED, tun.config().getOption(TunChannelOption.TUN_OFFLOADS));
        assertTrue(tun.writeAndFlush(Partial.superPacket(new Segments(true, true), 3000, 1000)).await().isSuccess());
        assertEquals(1, tun.stats().packets(Term.SUPER_SENT));
        assertEquals(2, tun.stats().dropped(Direction.OUTBOUND));
    }

    /** What a descriptor was opened with stands, so offloads need one with a header. */
    @Test
    void aDescriptorWithoutHeaderHasNoOffloads() throws Exception {
        TunFd plain = netns.namespace().call(() -> TunFd.open("tun9", EnumSet.noneOf(TunFlag.class)));
        ChannelFuture bind = new Bootstrap().group(group).channel(TunChannel.class).handler(new Recorder())
                .option(TunChannelOption.TUN_OFFLOADS, TunOffload.ALL_SUPPORTED)
                .bind(TunAddress.ofDescriptor(plain.fd())).await();
        assertTrue(assertInstanceOf(IllegalArgumentException.class, bind.cause()).getMessage()
                .startsWith("TUN_OFFLOADS needs a queue opened with IFF_VNET_HDR"), bind.cause()::getMessage);
        plain.close();
    }

    /** A plain device on the other side: what comes out there are the kernel's segments of what we merged. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFlushIsMergedAndTheKernelSplitsItBack(boolean isIpv6) throws Exception {
        netns.exec("sh", "-c", "cd /proc/sys/net; echo 1 > ipv4/ip_forward; echo 1 > ipv6/conf/all/forwarding");
        TunFd out = netns.namespace().call(() -> TunFd.open("out", EnumSet.noneOf(TunFlag.class)));
        netns.ip("address", "add", "10.2.0.1/24", "dev", "out");
        netns.ip("address", "add", "fd02::1/64", "dev", "out", "nodad");
        netns.ip("link", "set", "out", "up");
        netns.ip("route", "add", "10.1.0.0/24", "dev", "lo");
        TunChannel tun = bindWith(TunOffload.ALL_SUPPORTED);
        netns.exec("sh", "-c", "echo 0 > /proc/sys/net/ipv4/conf/tun0/rp_filter;"
                + " echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter");
        List<byte[]> sent = new ArrayList<>();
        List<ChannelFuture> writes = new ArrayList<>();
        Segments tcp = new Segments(isIpv6, true);
        Segments udp = new Segments(isIpv6, false);
        for (int i = 0; i < 20; i++) {
            for (Segments flow : List.of(tcp, udp)) {
                byte[] bytes = flow.next(1000);
                sent.add(bytes);
                writes.add(tun.write(Segments.packet(bytes)));
            }
        }
        tun.flush();
        for (ChannelFuture write : writes) {
            assertTrue(write.await().isSuccess());
        }
        assertEquals(40, tun.stats().packets(Term.SENT));
        assertEquals(40, tun.stats().packets(Term.MERGED));
        assertEquals(2, tun.stats().packets(Term.SUPER_SENT));
        assertEquals(40, tun.stats().packets(Term.SEGMENTS_SENT));
        assertEquals(2, IpLink.statistics(netns, "tun0").rxPackets());
        List<byte[]> came = read(out, 40);
        for (boolean isTcp : new boolean[]{true, false}) {
            assertEquals(payloads(sent, isIpv6, isTcp), payloads(came, isIpv6, isTcp));
        }
        out.close();
    }

    private static List<byte[]> read(TunFd from, int expected) {
        List<byte[]> packets = new ArrayList<>();
        byte[] into = new byte[65536];
        Eventually.await(() -> {
            for (int length = TestIo.read(from.fd(), into); length != EAGAIN; length = TestIo.read(from.fd(), into)) {
                boolean multicast = into[0] >>> 4 == 4 ? (into[16] & 0xf0) == 0xe0 : into[24] == -1;
                if (!multicast) {
                    packets.add(Arrays.copyOf(into, length));
                }
            }
            return packets.size() >= expected;
        }, () -> packets.size() + " packets");
        return packets;
    }

    /** Transport headers and what is behind, checksums with them. */
    private static List<String> payloads(List<byte[]> packets, boolean isIpv6, boolean isTcp) {
        return packets.stream().filter(packet -> (packet[isIpv6 ? 6 : 9] == 6) == isTcp)
                .map(packet -> Arrays.toString(Arrays.copyOfRange(packet, isIpv6 ? 40 : 20, packet.length))).toList();
    }

    /** EINVAL cannot be had from a kernel that granted the offload, so strace puts it into a process of our own. */
    @ParameterizedTest
    @ValueSource(strings = {"write", "writev"})
    void whatTheKernelRefusesIsSplitAndTheOffloadSwitchedOff(String call) throws Exception {
        boolean there = Files.isExecutable(STRACE);
        if ("1".equals(System.getProperty("nettytun.requireDevices"))) {
            assertTrue(there, "strace is required here: apt install strace");
        }
        Assumptions.assumeTrue(there, "strace is not installed");
        try (Netns quiet = Netns.quiet()) {
            List<String> words = new ArrayList<>(List.of(STRACE.toString(), "-f", "-qq", "-P", "/dev/net/tun", "-e",
                    "trace=" + call, "-e", "inject=" + call + ":error=EINVAL:when=1", "-o", "/dev/null"));
            words.addAll(Jvm.command(RefusedOffload.class, quiet.name(), call));
            Process traced = new ProcessBuilder(words).redirectErrorStream(true).start();
            String printed = new String(traced.getInputStream().readAllBytes());
            assertTrue(traced.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, traced.exitValue(), printed);
            assertEquals(1, printed.split("the kernel refused a super-packet of TCP4", -1).length - 1, printed);
        }
    }

    @Test
    void theOffSwitch() throws Exception {
        List<String> words = Jvm.command(RefusedOffload.class, netns.name(), "off");
        words.add(1, "-Dorg.nettytun.offloads=false");
        Netns.run(words.toArray(String[]::new));
    }
}
