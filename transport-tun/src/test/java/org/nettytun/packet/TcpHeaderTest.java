package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TcpHeaderTest {
    private static final int AT = 3;
    private static final int LENGTH = 37;
    private static final int SYN_LENGTH = 40;
    private static final int FLAGS = TcpHeader.URG | TcpHeader.ACK | TcpHeader.PSH;
    private static final String OPTIONS = "0101080ad10b5d5f11223344";
    private final TcpHeader tcp = new TcpHeader();
    private final Ipv4Header four = new Ipv4Header();
    private final Ipv6Header six = new Ipv6Header();

    @Test
    void readsACapturedSegment() {
        ByteBuf buf = Captured.at(AT, Captured.URGENT_V4);
        tcp.wrap(buf, AT + 20);
        assertFields(AT + 20, 0x742f);
        assertTrue(tcp.checksumValid(four.wrap(buf, AT), LENGTH));
        buf.setByte(AT + 56, 0);
        assertFalse(tcp.checksumValid(four, LENGTH));
    }

    @Test
    void readsTheMaximumSegmentSizeOfACapturedSynOfEitherFamily() {
        ByteBuf buf = Captured.at(0, Captured.SYN_V4);
        tcp.wrap(buf, 20);
        assertEquals(1460, tcp.maximumSegmentSize());
        assertEquals(20 + 20 + 6, tcp.timestampAt());
        assertTrue(tcp.has(TcpHeader.SYN));
        assertTrue(tcp.checksumValid(four.wrap(buf, 0), SYN_LENGTH));

        buf = Captured.at(0, Captured.SYN_V6);
        assertEquals(1440, tcp.wrap(buf, 40).maximumSegmentSize());
        assertTrue(tcp.checksumValid(six.wrap(buf, 0), SYN_LENGTH));
        assertFalse(tcp.checksumValid(six.source(1, 2), SYN_LENGTH), "the addresses are covered, too");
    }

    @Test
    void writesTheCapturedSegmentIntoABufferThatWasNeverZero() {
        ByteBuf buf = Captured.at(0, Captured.URGENT_V4.substring(0, 40) + "a5".repeat(20) + OPTIONS + "68656c6c6f");
        write(buf, 20).updateChecksum(four.wrap(buf, 0), LENGTH);
        assertEquals(Captured.URGENT_V4, Captured.hex(buf, 0, 57));

        buf = Captured.at(0, Captured.SYN_V6);
        String options = Captured.SYN_V6.substring(2 * 60);
        buf.setBytes(40, ByteBufUtil.decodeHexDump("a5".repeat(20) + options));
        tcp.wrap(buf, 40).write(0x1234, 443, 0xf9731395, 0, TcpHeader.SYN).headerLength(SYN_LENGTH).window(0xfd20)
                .updateChecksum(six.wrap(buf, 0), SYN_LENGTH);
        assertEquals(Captured.SYN_V6, Captured.hex(buf, 0, 80));
    }

    @Test
    void readsBackWhatWasWritten() {
        ByteBuf buf = Captured.blank(AT + 20 + 37);
        write(buf, AT).updateChecksum(four.wrap(Captured.at(0, Captured.URGENT_V4), 0), LENGTH);
        buf.setBytes(AT + 20, ByteBufUtil.decodeHexDump(OPTIONS));
        assertFields(AT, tcp.checksum());
        assertEquals(0xfffe, tcp.sequence(0xfffe).sequence());
        assertEquals(TcpHeader.FIN, tcp.flags(TcpHeader.FIN).flags());
        assertEquals("a5a5a5", Captured.hex(buf, 0, AT));
    }

    @Test
    void refusesEveryCutOfTheHeader() {
        byte[] segment = ByteBufUtil.decodeHexDump(Captured.URGENT_V4.substring(40));
        for (int length = 0; length < 32; length++) {
            ByteBuf cut = Captured.blank(length).setBytes(0, segment, 0, length);
            assertEquals(KernelDropReason.PKT_TOO_SMALL, tcp.wrap(cut, 0).check(length), "length=" + length);
        }
        ByteBuf whole = Captured.blank(LENGTH).setBytes(0, segment);
        assertEquals(DropReason.NONE, tcp.wrap(whole, 0).check(32));
        assertEquals(KernelDropReason.PKT_TOO_SMALL, tcp.headerLength(16).check(LENGTH));
    }

    @Test
    void clampedSegmentHasTheChecksumThatComputingAnewGives() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            ByteBuf buf = Captured.at(0, Captured.SYN_V4);
            if (i % 2 == 1) {
                buf.setBytes(40, ByteBufUtil.decodeHexDump("0102040001010101"));   // at an odd index
            }
            tcp.wrap(buf, 20).sequence(random.nextInt());
            buf.setShort(i % 2 == 1 ? 43 : 42, random.nextInt());
            tcp.updateChecksum(four.wrap(buf, 0), SYN_LENGTH);
            int before = tcp.maximumSegmentSize();
            int most = random.nextInt(0x10000);
            assertEquals(before > most, tcp.clampMaximumSegmentSize(most));
            assertEquals(Math.min(before, most), tcp.maximumSegmentSize());
            int repaired = tcp.checksum();
            assertEquals(tcp.updateChecksum(four, SYN_LENGTH).checksum(), repaired);
        }
    }

    @Test
    void clampsASynOnly() {
        ByteBuf buf = Captured.at(0, Captured.SYN_V4);
        tcp.wrap(buf, 20).flags(TcpHeader.ACK);
        assertFalse(tcp.clampMaximumSegmentSize(100));
        assertEquals(1460, tcp.flags(TcpHeader.SYN | TcpHeader.ACK).maximumSegmentSize());
        assertTrue(tcp.clampMaximumSegmentSize(100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00020405b4", "0203050505b4", "01010102", "0200", "0201", "02ff05b4", "0304", "080a0204"})
    void findsNoOptionBehindTheEndOrTheMalformed(String options) {
        String hex = options + "00".repeat((8 - options.length() / 2 % 4) % 4);
        ByteBuf buf = Captured.at(0, "a5".repeat(20) + hex);
        tcp.wrap(buf, 0).headerLength(buf.capacity());
        assertEquals(-1, tcp.maximumSegmentSize());
        assertEquals(-1, tcp.timestampAt());
    }

    @Test
    void checksumOfEveryLengthAgreesWithTheSlowReference() {
        ByteBuf ip = Captured.at(0, Captured.URGENT_V4);
        four.wrap(ip, 0);
        for (int length = TcpHeader.MIN_LENGTH; length <= 9001; length++) {
            ByteBuf pseudo = Captured.blank(12 + length).setBytes(0, ip, 12, 8).setShort(8, IpProtocol.TCP)
                    .setShort(10, length).setShort(12 + 16, 0);
            byte[] bytes = new byte[12 + length];
            pseudo.getBytes(0, bytes);
            assertEquals(SlowChecksum.of(bytes), tcp.wrap(pseudo, 12).updateChecksum(four, length).checksum());
        }
    }

    private TcpHeader write(ByteBuf buf, int at) {
        return tcp.wrap(buf, at).write(0x1234, 443, 0xcff6012e, 0x89abcdf0, FLAGS).headerLength(32).window(0xfaf0)
                .urgentPointer(5);
    }

    private void assertFields(int at, int checksum) {
        assertAll(
                () -> assertEquals(DropReason.NONE, tcp.check(LENGTH)),
                () -> assertEquals(0x1234, tcp.sourcePort()),
                () -> assertEquals(443, tcp.destinationPort()),
                () -> assertEquals(0xcff6012e, tcp.sequence()),
                () -> assertEquals(0x89abcdf0, tcp.acknowledgment()),
                () -> assertEquals(32, tcp.headerLength()),
                () -> assertEquals(FLAGS, tcp.flags()),
                () -> assertEquals(0xfaf0, tcp.window()),
                () -> assertEquals(checksum, tcp.checksum()),
                () -> assertEquals(5, tcp.urgentPointer()),
                () -> assertEquals(at + 32, tcp.payloadAt()),
                () -> assertEquals(at + 22, tcp.timestampAt()),
                () -> assertEquals(-1, tcp.maximumSegmentSize()));
    }
}
