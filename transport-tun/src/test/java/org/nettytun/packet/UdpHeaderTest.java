package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.junit.jupiter.api.Test;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class UdpHeaderTest {
    private static final int LENGTH = 13;
    private final UdpHeader udp = new UdpHeader();
    private final Ipv4Header four = new Ipv4Header();
    private final Ipv6Header six = new Ipv6Header();

    @Test
    void readsACapturedDatagramOfEitherFamily() {
        ByteBuf buf = Captured.at(0, Captured.UDP_V4);
        udp.wrap(buf, 20);
        assertFields(20, 0x9581);
        assertTrue(udp.checksumValid(four.wrap(buf, 0)));
        buf.setByte(32, 0);
        assertFalse(udp.checksumValid(four));

        buf = Captured.at(0, Captured.UDP_V6);
        udp.wrap(buf, 40);
        assertFields(40, 0xaf7f);
        assertTrue(udp.checksumValid(six.wrap(buf, 0)));
        buf.setByte(52, 0);
        assertFalse(udp.checksumValid(six));
    }

    @Test
    void writesTheCapturedDatagramIntoABufferThatWasNeverZero() {
        ByteBuf buf = Captured.at(0, Captured.UDP_V4.substring(0, 40) + "a5".repeat(8) + "68656c6c6f");
        udp.wrap(buf, 20).write(0x1234, 53, LENGTH).updateChecksum(four.wrap(buf, 0));
        assertEquals(Captured.UDP_V4, ByteBufUtil.hexDump(buf, 0, 33));

        buf = Captured.at(0, Captured.UDP_V6.substring(0, 80) + "a5".repeat(8) + "68656c6c6f");
        udp.wrap(buf, 40).write(0x1234, 53, LENGTH).updateChecksum(six.wrap(buf, 0));
        assertEquals(Captured.UDP_V6, ByteBufUtil.hexDump(buf, 0, 53));
    }

    @Test
    void readsBackWhatWasWritten() {
        udp.wrap(Captured.blank(LENGTH), 0).write(0xfffe, 0xfffd, LENGTH);
        assertEquals(0xfffe, udp.sourcePort());
        assertEquals(0xfffd, udp.destinationPort());
        assertEquals(LENGTH, udp.length());
        assertEquals(0, udp.checksum());
    }

    @Test
    void refusesEveryCut() {
        byte[] datagram = ByteBufUtil.decodeHexDump(Captured.UDP_V4.substring(40));
        for (int length = 0; length < LENGTH; length++) {
            ByteBuf cut = Captured.blank(length).setBytes(0, datagram, 0, length);
            assertEquals(KernelDropReason.PKT_TOO_SMALL, udp.wrap(cut, 0).check(length), "length=" + length);
        }
        ByteBuf whole = Captured.blank(LENGTH).setBytes(0, datagram);
        assertEquals(DropReason.NONE, udp.wrap(whole, 0).check(LENGTH));
        assertEquals(KernelDropReason.PKT_TOO_SMALL, udp.wrap(whole.setShort(4, 7), 0).check(LENGTH));
    }

    @Test
    void checksumIsNeverTheZeroThatMeansNone() {
        ByteBuf buf = Captured.at(0, Captured.UDP_V4.substring(0, 40) + "00".repeat(12));
        four.wrap(buf, 0).write(32, IpProtocol.UDP, 0, 0);
        int zeros = 0;
        for (int word = 0; word < 0x10000; word++) {
            buf.setShort(28, word);
            udp.wrap(buf, 20).write(1, 2, 12).updateChecksum(four);
            assertTrue(udp.checksum() != 0);
            assertTrue(udp.checksumValid(four));
            zeros += udp.checksum() == 0xffff ? 1 : 0;
        }
        assertEquals(1, zeros, "the sum that would have been zero was met");
        assertTrue(udp.wrap(buf.setShort(26, 0), 20).checksumValid(four), "no checksum is legal over IPv4");
        assertFalse(udp.checksumValid(six.wrap(Captured.at(0, Captured.UDP_V6), 0)), "but not over IPv6");
    }

    private void assertFields(int at, int checksum) {
        assertAll(
                () -> assertEquals(DropReason.NONE, udp.check(LENGTH)),
                () -> assertEquals(0x1234, udp.sourcePort()),
                () -> assertEquals(53, udp.destinationPort()),
                () -> assertEquals(LENGTH, udp.length()),
                () -> assertEquals(checksum, udp.checksum()),
                () -> assertEquals(at + 8, udp.payloadAt()),
                () -> assertEquals(5, udp.payloadLength()));
    }
}
