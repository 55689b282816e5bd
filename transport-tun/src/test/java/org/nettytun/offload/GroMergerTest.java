package org.nettytun.offload;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.TcpHeader;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What is merged, what is not, and that a split gives back what was merged. */
class GroMergerTest {
    private static final int FLOWS = 120;

    private static List<byte[]> splitAll(List<PacketBuf> packets) {
        List<byte[]> all = new ArrayList<>();
        for (PacketBuf packet : packets) {
            all.addAll(SuperPackets.split(packet));
            packet.release();
        }
        return all;
    }

    /** How many packets are sent instead of these. */
    private static int sent(List<byte[]> packets) {
        List<PacketBuf> merged = SuperPackets.merge(packets);
        int count = merged.size();
        List<byte[]> again = splitAll(merged);
        assertEquals(packets.size(), again.size());
        return count;
    }

    private static int sent(byte[]... packets) {
        return sent(List.of(packets));
    }

    private static void assertSame(List<byte[]> expected, List<byte[]> actual, String seed) {
        assertEquals(expected.size(), actual.size(), seed);
        for (int i = 0; i < expected.size(); i++) {
            int at = i;
            assertArrayEquals(expected.get(i), actual.get(i), () -> seed + ", packet " + at + "\nexpected "
                    + ByteBufUtil.hexDump(expected.get(at)) + "\nactual   " + ByteBufUtil.hexDump(actual.get(at)));
        }
    }

    @Test
    void splitOfAMergeIsTheIdentity() {
        int merged = 0;
        for (int seed = 0; seed < FLOWS; seed++) {
            Random random = new Random(seed);
            Segments flow = Segments.random(random);
            List<byte[]> packets = new ArrayList<>();
            int size = 1 + random.nextInt(1400);
            int count = 1 + random.nextInt(150);
            for (int i = 0; i < count; i++) {
                boolean odd = random.nextInt(40) == 0;
                if (odd) {
                    disturb(flow, random);
                }
                packets.add(flow.next(odd ? random.nextInt(size + 1) : size));
                flow.flags &= ~(TcpHeader.PSH | TcpHeader.FIN | TcpHeader.CWR);
            }
            List<PacketBuf> sent = SuperPackets.merge(packets);
            merged += packets.size() - sent.size();
            assertSame(packets, splitAll(sent), "seed " + seed);
        }
        assertTrue(merged > FLOWS * 20, "merged " + merged);
    }

    private static void disturb(Segments flow, Random random) {
        switch (random.nextInt(10)) {
            case 0 -> flow.flags |= TcpHeader.PSH;
            case 1 -> flow.flags |= TcpHeader.FIN;
            case 2 -> flow.flags |= TcpHeader.CWR;
            case 3 -> flow.sequence += 10;
            case 4 -> flow.identification += flow.dontFragment ? 0 : 7;
            case 5 -> flow.timeToLive = 2 + random.nextInt(250);
            case 6 -> flow.typeOfService = random.nextInt(256);
            case 7 -> flow.window = random.nextInt(0x10000);
            case 8 -> flow.acknowledgment++;
            default -> flow.dontFragment ^= true;
        }
    }

    @Test
    void eachFlowKeepsItsOrderWhenFlowsAreMixed() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<Segments> flows = new ArrayList<>();
            List<List<byte[]>> perFlow = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Segments flow = Segments.random(random);
                flow.sourcePort = i;
                flow.flags |= TcpHeader.ACK;
                flow.dontFragment = false;
                flows.add(flow);
                perFlow.add(new ArrayList<>());
            }
            List<byte[]> all = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                int which = random.nextInt(8);
                byte[] packet = flows.get(which).next(random.nextInt(30) == 0 ? 50 : 500);
                perFlow.get(which).add(packet);
                all.add(packet);
            }
            List<PacketBuf> sent = SuperPackets.merge(all);
            assertTrue(sent.size() < 200, "sent " + sent.size());
            List<List<byte[]>> after = new ArrayList<>();
            perFlow.forEach(each -> after.add(new ArrayList<>()));
            for (byte[] packet : splitAll(sent)) {
                after.get(portOf(packet)).add(packet);
            }
            for (int i = 0; i < 8; i++) {
                assertSame(perFlow.get(i), after.get(i), "seed " + seed + ", flow " + i);
            }
        }
    }

    private static int portOf(byte[] packet) {
        int transport = (packet[0] & 0xf0) == 0x60 ? 40 : (packet[0] & 0xf) * 4;
        return (packet[transport] & 0xff) << 8 | packet[transport + 1] & 0xff;
    }

    @ParameterizedTest
    @CsvSource({"false,false,UDP_L4", "true,false,UDP_L4", "false,true,TCP4", "true,true,TCP6"})
    void aSuperPacketSaysWhatItIs(boolean isIpv6, boolean isTcp, GsoType type) {
        Segments flow = new Segments(isIpv6, isTcp);
        List<PacketBuf> merged = SuperPackets.merge(List.of(flow.next(1000), flow.next(1000), flow.next(10)));
        assertEquals(1, merged.size());
        PacketMetadata metadata = merged.get(0).metadata();
        assertEquals(type, metadata.gsoType());
        assertEquals(1000, metadata.gsoSize());
        assertFalse(metadata.ecn());
        assertTrue(metadata.needsChecksum());
        assertEquals(flow.transportOffset(), metadata.checksumStart());
        assertEquals(isTcp ? 16 : 6, metadata.checksumOffset());
        assertEquals(flow.headerLength(), metadata.headerLength());
        merged.get(0).release();
    }

    @Test
    void aFirstPacketWithCwrMakesAnEcnSuperPacket() {
        Segments flow = new Segments(false, true);
        flow.flags = TcpHeader.ACK | TcpHeader.CWR;
        byte[] first = flow.next(100);
        flow.flags = TcpHeader.ACK;
        List<PacketBuf> merged = SuperPackets.merge(List.of(first, flow.next(100)));
        assertEquals(1, merged.size());
        assertTrue(merged.get(0).metadata().ecn());
        merged.get(0).release();
    }

    private static void keepsApart(boolean isIpv6, boolean isTcp, Consumer<Segments> change) {
        Segments flow = new Segments(isIpv6, isTcp);
        flow.options = isTcp ? new byte[]{1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2} : flow.options;
        byte[] first = flow.next(100);
        byte[] second = flow.next(100);
        assertEquals(1, sent(first, second));
        change.accept(flow);
        assertEquals(2, sent(second, flow.next(100)));
    }

    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void whatDiffersStaysApart(boolean isIpv6, boolean isTcp) {
        keepsApart(isIpv6, isTcp, flow -> flow.timeToLive--);
        keepsApart(isIpv6, isTcp, flow -> flow.typeOfService ^= 1);
        keepsApart(isIpv6, isTcp, flow -> flow.typeOfService ^= 0x80);
        keepsApart(isIpv6, isTcp, flow -> flow.sourcePort++);
        keepsApart(isIpv6, isTcp, flow -> flow.destinationPort++);
        if (isIpv6) {
            keepsApart(true, isTcp, flow -> flow.flowLabel++);
            keepsApart(true, isTcp, flow -> flow.extensions = new byte[]{(byte) (isTcp ? 6 : 17), 0, 1, 4, 0, 0, 0, 0});
        } else {
            keepsApart(false, isTcp, flow -> flow.dontFragment ^= true);
            keepsApart(false, isTcp, flow -> flow.extensions = new byte[]{1, 1, 1, 0});
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void tcpThatDiffersStaysApart(boolean isIpv6) {
        keepsApart(isIpv6, true, flow -> flow.sequence++);
        keepsApart(isIpv6, true, flow -> flow.sequence -= 100);
        keepsApart(isIpv6, true, flow -> flow.acknowledgment++);
        keepsApart(isIpv6, true, flow -> flow.window++);
        keepsApart(isIpv6, true, flow -> flow.options[7]++);
        keepsApart(isIpv6, true, flow -> flow.options = new byte[0]);
        for (int flag : new int[]{TcpHeader.SYN, TcpHeader.RST, TcpHeader.URG, TcpHeader.ECE, TcpHeader.CWR}) {
            keepsApart(isIpv6, true, flow -> flow.flags |= flag);
        }
    }

    @Test
    void identificationMustCountUpUnlessDontFragmentMakesItMeaningless() {
        for (boolean isTcp : new boolean[]{false, true}) {
            Segments flow = new Segments(false, isTcp);
            flow.dontFragment = false;
            byte[] first = flow.next(100);
            flow.identification++;
            assertEquals(2, sent(first, flow.next(100)));
            flow.dontFragment = true;
            first = flow.next(100);
            flow.identification = 0;
            assertEquals(1, sent(first, flow.next(100)));
        }
    }

    @Test
    void pushAndFinEndASuperPacket() {
        for (int flag : new int[]{TcpHeader.PSH, TcpHeader.FIN}) {
            Segments flow = new Segments(true, true);
            byte[] first = flow.next(100);
            flow.flags |= flag;
            byte[] pushed = flow.next(100);
            flow.flags = TcpHeader.ACK;
            assertEquals(2, sent(first, pushed, flow.next(100)));
        }
    }

    @Test
    void aShorterPacketEndsASuperPacketAndALongerBeginsOne() {
        for (boolean isTcp : new boolean[]{false, true}) {
            Segments flow = new Segments(false, isTcp);
            assertEquals(2, sent(flow.next(100), flow.next(99), flow.next(99)));
            assertEquals(2, sent(flow.next(100), flow.next(101), flow.next(101)));
        }
    }

    @Test
    void pureAcknowledgmentsStayAlone() {
        Segments flow = new Segments(false, true);
        assertEquals(3, sent(flow.next(100), flow.next(0), flow.next(100)));
    }

    @Test
    void aSuperPacketHasBounds() {
        for (boolean isTcp : new boolean[]{false, true}) {
            Segments small = new Segments(false, isTcp);
            List<byte[]> packets = new ArrayList<>();
            for (int i = 0; i < GroPacket.MAX_SEGMENTS + 1; i++) {
                packets.add(small.next(20));
            }
            assertEquals(2, sent(packets));
            Segments large = new Segments(true, isTcp);
            packets.clear();
            for (int i = 0; i < 45; i++) {
                packets.add(large.next(1460));
            }
            assertEquals(2, sent(packets));
        }
    }

    @Test
    void wrongChecksumsAreLeftToTheReceiver() {
        for (boolean isTcp : new boolean[]{false, true}) {
            for (int broken = 0; broken < 3; broken++) {
                Segments flow = new Segments(false, isTcp);
                List<byte[]> packets = List.of(flow.next(100), flow.next(100), flow.next(100));
                packets.get(broken)[80] ^= 1;
                List<PacketBuf> merged = SuperPackets.merge(packets);
                assertEquals(broken == 1 ? 3 : 2, merged.size());
                assertSame(packets, splitAll(merged), "broken " + broken);
            }
        }
        Segments flow = new Segments(false, true);
        byte[] wrongHeader = flow.next(100);
        wrongHeader[10] ^= 1;
        assertEquals(2, sent(wrongHeader, flow.next(100)));
    }

    @Test
    void udpWithoutChecksumStaysAlone() {
        Segments flow = new Segments(false, false);
        byte[] without = flow.next(100);
        without[26] = 0;
        without[27] = 0;
        assertEquals(3, sent(flow.next(100), without, flow.next(100)));
    }

    @Test
    void nothingOvertakesAFragment() {
        Segments flow = new Segments(false, false);
        byte[] first = flow.next(100);
        byte[] fragment = flow.next(100);
        Unpooled.wrappedBuffer(fragment).setShort(6, 0x2000);
        new Ipv4Header().wrap(Unpooled.wrappedBuffer(fragment), 0).updateChecksum();
        assertEquals(3, sent(first, fragment, flow.next(100)));
    }

    @Test
    void paddedAndMalformedPacketsAreSentAsTheyAre() {
        Segments flow = new Segments(false, false);
        byte[] padded = Arrays.copyOf(flow.next(100), 200);
        assertEquals(2, sent(padded, flow.next(100)));
        byte[] whole = new Segments(true, true).next(30);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertEquals(2, sent(cut, whole));
        }
    }

    @Test
    void whatOwesASplitOrAnotherChecksumStaysAlone() {
        Segments flow = new Segments(false, true);
        assertEquals(2, planned(flow, metadata -> metadata.gso(GsoType.TCP4, false, 100, 40).partialChecksum(20, 16)));
        assertEquals(2, planned(flow, metadata -> metadata.partialChecksum(24, 16)));
        assertEquals(2, planned(flow, metadata -> metadata.partialChecksum(20, 16).start(1)));
        assertEquals(1, planned(flow, metadata -> metadata.partialChecksum(20, 16)));
    }

    private static int planned(Segments flow, Consumer<PacketMetadata> owes) {
        GroMerger merger = new GroMerger(2);
        PacketBuf one = Segments.packet(flow.next(100));
        PacketBuf two = Segments.packet(flow.next(100));
        owes.accept(one.metadata());
        merger.add(one);
        assertFalse(merger.isFull());
        merger.add(two);
        assertTrue(merger.isFull());
        int count = merger.packets();
        merger.clear();
        assertEquals(0, merger.packets());
        one.release();
        two.release();
        return count;
    }
}
