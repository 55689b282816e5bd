package org.nettytun.offload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.linux.TunFd;
import org.nettytun.linux.TunFlag;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.linux.fixture.TestIo;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.packet.TcpHeader;
import org.nettytun.stats.KernelDropReason;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The kernel splits, too: what we write as a super-packet to one device comes out of another, which takes none, as
 * segments, and these are held against ours byte for byte.
 */
@NeedsDevices
class KernelJudgeTest {
    private static final int EAGAIN = -11;
    private static final int EINVAL = -22;

    private final Netns netns = Netns.quiet();
    private TunFd in;
    private TunFd out;

    @BeforeEach
    void route() throws Exception {
        netns.exec("sh", "-c", "cd /proc/sys/net; echo 1 > ipv4/ip_forward; echo 1 > ipv6/conf/all/forwarding");
        in = netns.namespace().call(() -> TunFd.open("in", EnumSet.of(TunFlag.VNET_HDR)));
        out = netns.namespace().call(() -> TunFd.open("out", EnumSet.noneOf(TunFlag.class)));
        up("in", 1);
        up("out", 2);
    }

    private void up(String device, int net) {
        netns.ip("address", "add", "10." + net + ".0.1/24", "dev", device);
        netns.ip("address", "add", "fd0" + net + "::1/64", "dev", device, "nodad");
        netns.ip("link", "set", device, "up");
    }

    @AfterEach
    void remove() {
        in.close();
        out.close();
        netns.close();
    }

    private int write(PacketBuf packet) {
        byte[] bytes = new byte[VirtioNetHeader.LENGTH + packet.readableBytes()];
        ByteBuf buf = Unpooled.wrappedBuffer(bytes);
        VirtioNetHeader.write(packet.metadata(), buf, 0, VirtioNetHeader.LENGTH);
        buf.setBytes(VirtioNetHeader.LENGTH, packet, packet.readerIndex(), packet.readableBytes());
        return TestIo.write(in.fd(), bytes);
    }

    private List<byte[]> readAll(int expected) {
        List<byte[]> packets = new ArrayList<>();
        byte[] into = new byte[65536];
        Eventually.await(() -> {
            for (int length = TestIo.read(out.fd(), into); length != EAGAIN; length = TestIo.read(out.fd(), into)) {
                assertTrue(length > 0, "read: " + length);
                if (!isMulticast(into)) { // the kernel itself tells the world which groups it listens to
                    packets.add(Arrays.copyOf(into, length));
                }
            }
            return packets.size() >= expected;
        }, () -> "the kernel made " + packets.size() + " packets, we " + expected);
        assertEquals(expected, packets.size());
        return packets;
    }

    private static boolean isMulticast(byte[] packet) {
        return packet[0] >>> 4 == Ipv6Header.VERSION ? packet[24] == -1 : (packet[16] & 0xf0) == 0xe0;
    }

    /** Writes it, and compares what comes out with our own split, one hop further. */
    private void judge(PacketBuf packet, String what) {
        List<byte[]> ours = SuperPackets.split(packet);
        ours.forEach(KernelJudgeTest::hop);
        assertEquals(VirtioNetHeader.LENGTH + packet.readableBytes(), write(packet), what);
        List<byte[]> kernels = readAll(ours.size());
        for (int i = 0; i < ours.size(); i++) {
            int at = i;
            assertArrayEquals(kernels.get(i), ours.get(i), () -> what + ", segment " + at + "\nkernel "
                    + ByteBufUtil.hexDump(kernels.get(at)) + "\nwe     " + ByteBufUtil.hexDump(ours.get(at)));
        }
        packet.release();
    }

    private static void hop(byte[] packet) {
        ByteBuf buf = Unpooled.wrappedBuffer(packet);
        if (packet[0] >>> 4 == Ipv6Header.VERSION) {
            new Ipv6Header().wrap(buf, 0).decrementHopLimit();
        } else {
            new Ipv4Header().wrap(buf, 0).decrementTimeToLive();
        }
    }

    private static PacketBuf merged(Segments flow, int count, int size, int lastSize) {
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < count - 1; i++) {
            packets.add(flow.next(size));
        }
        flow.flags |= TcpHeader.PSH;
        packets.add(flow.next(lastSize));
        List<PacketBuf> merged = SuperPackets.merge(packets);
        assertEquals(1, merged.size());
        return merged.get(0);
    }

    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void theKernelSplitsAsWeDo(boolean isIpv6, boolean isTcp) {
        Random random = new Random(isIpv6 ? 1 : 2);
        for (int i = 0; i < 40; i++) {
            Segments flow = Segments.random(random);
            Segments like = new Segments(isIpv6, isTcp);
            like.sourcePort = flow.sourcePort;
            like.destinationPort = flow.destinationPort;
            like.timeToLive = flow.timeToLive;
            like.typeOfService = flow.typeOfService & ~3;
            like.dontFragment = flow.dontFragment;
            like.identification = flow.identification;
            like.sequence = flow.sequence;
            like.window = flow.window;
            like.options = Arrays.copyOf(flow.options, flow.options.length & ~3);
            int size = 8 + random.nextInt(1300);
            int count = 2 + random.nextInt(Math.min(60, 60_000 / size - 1));
            judge(merged(like, count, size, isTcp ? 8 + random.nextInt(size - 7) : 1 + random.nextInt(size)),
                    "size " + size + ", count " + count);
        }
    }

    @Test
    void cwrStaysOnTheFirstSegmentAndFinOnTheLast() {
        for (boolean isIpv6 : new boolean[]{false, true}) {
            Segments flow = new Segments(isIpv6, true);
            flow.typeOfService = 2;
            flow.flags = TcpHeader.ACK | TcpHeader.CWR | TcpHeader.ECE;
            byte[] first = flow.next(1000);
            flow.flags = TcpHeader.ACK | TcpHeader.ECE;
            byte[] second = flow.next(1000);
            flow.flags |= TcpHeader.FIN;
            List<PacketBuf> merged = SuperPackets.merge(List.of(first, second, flow.next(1000)));
            assertEquals(1, merged.size());
            assertTrue(merged.get(0).metadata().ecn());
            judge(merged.get(0), "ECN");
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void extensionHeadersAreCopiedToEachSegment(boolean isTcp) {
        Segments flow = new Segments(true, isTcp);
        flow.extensions = new byte[]{(byte) (isTcp ? 6 : 17), 1, 1, 4, 0, 0, 0, 0, 1, 4, 0, 0, 0, 0, 0, 0};
        judge(Partial.superPacket(flow, 3500, 1000), "extension headers");
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void ipv4OptionsAreCopiedToEachSegment(boolean isTcp) {
        Segments flow = new Segments(false, isTcp);
        flow.extensions = new byte[]{1, 1, 1, 0};
        judge(Partial.superPacket(flow, 3500, 1000), "options");
    }

    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void oneSegmentIsOnlyOwedItsChecksum(boolean isIpv6, boolean isTcp) {
        judge(Partial.superPacket(new Segments(isIpv6, isTcp), 1000, 1000), "one segment");
        PacketBuf partial = Partial.superPacket(new Segments(isIpv6, isTcp), 999, 1000);
        partial.metadata().gso(GsoType.NONE, false, 0, 0);
        assertEquals(VirtioNetHeader.LENGTH + partial.readableBytes(), write(partial));
        ChecksumCompletion.complete(partial);
        byte[] ours = Segments.bytes(partial);
        hop(ours);
        assertArrayEquals(readAll(1).get(0), ours);
        partial.release();
    }

    @Test
    void whatWeRefuseTheKernelRefuses() {
        Segments flow = new Segments(false, true);
        PacketBuf wrongType = Partial.superPacket(flow, 3000, 1000);
        wrongType.metadata().gso(GsoType.TCP6, false, 1000, 40);
        PacketBuf wrongOffset = Partial.superPacket(flow, 3000, 1000);
        wrongOffset.metadata().partialChecksum(20, 6);
        PacketBuf tooMany = Partial.superPacket(new Segments(false, false), 1300, 10);
        for (PacketBuf packet : List.of(wrongType, wrongOffset, tooMany)) {
            assertEquals(KernelDropReason.SKB_BAD_GSO, new GsoSplit().start(packet));
            assertEquals(EINVAL, write(packet));
            packet.release();
        }
    }
}
