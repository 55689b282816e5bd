package org.nettytun.offload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.stats.DropReason;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class VirtioNetHeaderTest {
    /** Of a UDP send of 5000 bytes with segments of 1000, as a little-endian kernel wrote it. */
    private static final String CAPTURED = "01051c00e80314000600";
    private static final int LENGTH = 5028;

    private final PacketBuf packet = Segments.packet(new byte[LENGTH]);

    @AfterEach
    void release() {
        packet.release();
    }

    private DropReason read(String hex) {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
        return VirtioNetHeader.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)), 0, packet);
    }

    @Test
    void readsWhatTheKernelWrote() {
        packet.metadata().dataValid(true);
        assertEquals(DropReason.NONE, read(CAPTURED));
        PacketMetadata metadata = packet.metadata();
        assertEquals(GsoType.UDP_L4, metadata.gsoType());
        assertTrue(metadata.needsChecksum());
        assertFalse(metadata.dataValid());
        assertFalse(metadata.ecn());
        assertEquals(28, metadata.headerLength());
        assertEquals(1000, metadata.gsoSize());
        assertEquals(20, metadata.checksumStart());
        assertEquals(6, metadata.checksumOffset());
        assertEquals(0, metadata.start());
    }

    @Test
    void offsetsCountFromTheReaderIndex() {
        packet.readerIndex(12);
        assertEquals(DropReason.NONE, read(CAPTURED));
        assertEquals(12, packet.metadata().start());
    }

    @Test
    void aHeaderOfZerosOwesNothing() {
        packet.metadata().partialChecksum(20, 16).gso(GsoType.TCP4, true, 9, 9);
        assertEquals(DropReason.NONE, read("00".repeat(10)));
        assertFalse(packet.metadata().isOwing());
    }

    @ParameterizedTest
    @ValueSource(ints = {VirtioNetHeader.LENGTH, VirtioNetHeader.MERGEABLE_LENGTH, 24})
    void writesWhatItReadAndNothingBeyond(int length) {
        assertEquals(DropReason.NONE, read(CAPTURED));
        ByteBuf into = Unpooled.buffer(40).writeBytes(ByteBufUtil.decodeHexDump("a5".repeat(40)));
        VirtioNetHeader.write(packet.metadata(), into, 5, length);
        assertEquals("a5".repeat(5) + CAPTURED + "00".repeat(length - 10) + "a5".repeat(35 - length),
                ByteBufUtil.hexDump(into));
    }

    @Test
    void readsBackWhatItWrote() {
        Random random = new Random(8);
        ByteBuf header = Unpooled.buffer(12).writerIndex(12);
        for (int i = 0; i < 1000; i++) {
            PacketMetadata written = new PacketMetadata().dataValid(random.nextBoolean());
            if (random.nextBoolean()) {
                written.partialChecksum(random.nextInt(2000), random.nextInt(2000));
            }
            if (random.nextBoolean()) {
                written.gso(GsoType.values()[1 + random.nextInt(3)], random.nextBoolean(), 1 + random.nextInt(0xfffe),
                        random.nextInt(LENGTH));
            }
            VirtioNetHeader.write(written, header, 0, 12);
            assertEquals(DropReason.NONE, VirtioNetHeader.read(header, 0, packet));
            PacketMetadata read = packet.metadata();
            assertEquals(written.gsoType(), read.gsoType());
            assertEquals(written.ecn(), read.ecn());
            assertEquals(written.gsoSize(), read.gsoSize());
            assertEquals(written.headerLength(), read.headerLength());
            assertEquals(written.needsChecksum(), read.needsChecksum());
            assertEquals(written.dataValid(), read.dataValid());
            assertEquals(written.checksumStart(), read.checksumStart());
            assertEquals(written.checksumOffset(), read.checksumOffset());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "01052900e80314000600, NONE",        // headers are said to be longer than they are: a hint, no more
        "0105ffffe80314000600, DEV_HDR",     // headers beyond the packet
        "0105a513e80314000600, DEV_HDR",     // by one byte
        "01001c000000a0130400, DEV_HDR",     // checksum beyond the packet
        "01001c000000ffffffff, DEV_HDR",
        "01001c000000a3130000, DEV_HDR",     // by one byte
        "01001c000000a2130000, NONE",
        "01031c00e80314000600, DEV_HDR",     // UFO
        "01021c00e80314000600, DEV_HDR",     // no such type
        "01211c00e80314000600, DEV_HDR",     // in a tunnel over IPv4
        "01451c00e80314000600, DEV_HDR",     // in a tunnel over IPv6
        "01051c00000014000600, SKB_BAD_GSO", // no segment size
        "01051c00ffff14000600, SKB_BAD_GSO"  // by fragments
    })
    void saysWhatIsWrong(String hex, String reason) {
        assertEquals(reason, read(hex).name());
        if (!"NONE".equals(reason)) {
            assertFalse(packet.metadata().isOwing());
        }
    }

    @Test
    void noHeaderAndNoPacketMakeAnythingThrowOrWriteBeyond() {
        Random random = new Random(9);
        GsoSplit split = new GsoSplit();
        ByteBuf header = Unpooled.buffer(VirtioNetHeader.LENGTH).writerIndex(VirtioNetHeader.LENGTH);
        Map<String, Integer> seen = new TreeMap<>();
        for (int i = 0; i < 30_000; i++) {
            PacketBuf one = Partial.superPacket(new Segments(random.nextBoolean(), random.nextBoolean()), 900, 300);
            VirtioNetHeader.write(one.metadata(), header, 0, VirtioNetHeader.LENGTH);
            damage(header, VirtioNetHeader.LENGTH, random);
            damage(one, 60, random);
            one.writerIndex(random.nextInt(4) == 0 ? random.nextInt(one.writerIndex() + 1) : one.writerIndex());
            seen.merge(take(header, one, split).name(), 1, Integer::sum);
            one.release();
        }
        for (String reason : List.of("NONE", "DEV_HDR", "SKB_BAD_GSO", "PKT_TOO_SMALL")) {
            assertTrue(seen.getOrDefault(reason, 0) > 30, seen::toString);
        }
    }

    private static void damage(ByteBuf bytes, int length, Random random) {
        for (int times = random.nextInt(3); times > 0; times--) {
            bytes.setByte(random.nextInt(length), random.nextInt(256));
        }
    }

    /** All that is done with a packet that was read. */
    private static DropReason take(ByteBuf header, PacketBuf one, GsoSplit split) {
        DropReason wrong = VirtioNetHeader.read(header, 0, one);
        if (wrong != DropReason.NONE) {
            assertFalse(one.metadata().isOwing());
            return wrong;
        }
        if (one.metadata().gsoType() == GsoType.NONE) {
            assertEquals(DropReason.NONE, ChecksumCompletion.complete(one));
            return DropReason.NONE;
        }
        wrong = split.start(one);
        int longest = wrong == DropReason.NONE ? split.longest() : 0;
        ByteBuf into = Unpooled.buffer(longest, longest);
        for (int segment = 0; segment < split.segments(); segment++) {
            split.write(segment, into.clear());
        }
        return wrong;
    }
}
