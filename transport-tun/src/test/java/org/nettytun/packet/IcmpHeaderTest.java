package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class IcmpHeaderTest {
    private static final int AT_V4 = 60;
    private static final int AT_V6 = 40;
    private static final int LENGTH = 13;
    private final IcmpHeader icmp = new IcmpHeader();
    private final Ipv6Header ip = new Ipv6Header();

    @Test
    void readsACapturedEchoOfEitherFamily() {
        icmp.wrap(Captured.at(0, Captured.ECHO_V4_WITH_OPTIONS), AT_V4);
        assertEcho(IcmpHeader.ECHO_V4, 0xdfc6);
        assertTrue(icmp.checksumValid(LENGTH));

        ByteBuf six = Captured.at(0, Captured.ECHO_V6);
        icmp.wrap(six, AT_V6);
        assertEcho(IcmpHeader.ECHO_V6, 0x6d65);
        assertTrue(icmp.checksumValid(ip.wrap(six, 0), LENGTH));
        assertFalse(icmp.checksumValid(ip.source(1, 2), LENGTH), "the addresses are covered, too");
    }

    @Test
    void writesTheCapturedEchoIntoABufferThatWasNeverZero() {
        ByteBuf four = Captured.blank(LENGTH).setBytes(8, new byte[] {0, 1, 2, 3, 4});
        icmp.wrap(four, 0).write(IcmpHeader.ECHO_V4, 0).echo(0x1234, 1).updateChecksum(LENGTH);
        assertEquals(Captured.ECHO_V4_WITH_OPTIONS.substring(2 * AT_V4), Captured.hex(four, 0, LENGTH));

        ByteBuf six = Captured.at(0, Captured.ECHO_V6.substring(0, 2 * AT_V6) + "a5".repeat(8) + "0001020304");
        icmp.wrap(six, AT_V6).write(IcmpHeader.ECHO_V6, 0).echo(0x1234, 1).updateChecksum(ip.wrap(six, 0), LENGTH);
        assertEquals(Captured.ECHO_V6, Captured.hex(six, 0, AT_V6 + LENGTH));
    }

    @Test
    void readsBackWhatWasWritten() {
        ByteBuf buf = Captured.blank(8);
        icmp.wrap(buf, 0).write(IcmpHeader.UNREACHABLE_V4, 4).mtu(1400);
        assertEquals("0304000000000578", Captured.hex(buf, 0, 8));
        assertEquals(IcmpHeader.UNREACHABLE_V4, icmp.type());
        assertEquals(4, icmp.code());
        assertEquals(1400, icmp.mtu());
        icmp.write(IcmpHeader.PARAMETER_PROBLEM_V4, 0).pointerV4(21);
        assertEquals("0c00000015000000", Captured.hex(buf, 0, 8));
        assertEquals(21, icmp.pointerV4());
        icmp.write(IcmpHeader.PARAMETER_PROBLEM_V6, 2).pointerV6(0x1234);
        assertEquals("0402000000001234", Captured.hex(buf, 0, 8));
        assertEquals(0x1234, icmp.pointerV6());
        icmp.echo(0xfffe, 0xfffd);
        assertEquals(0xfffe, icmp.identifier());
        assertEquals(0xfffd, icmp.sequence());
    }

    @Test
    void refusesEveryCutOfTheHeader() {
        for (int length = 0; length < 8; length++) {
            assertEquals(KernelDropReason.PKT_TOO_SMALL, icmp.wrap(Captured.blank(length), 0).check(length));
        }
        assertEquals(DropReason.NONE, icmp.wrap(Captured.blank(8), 0).check(8));
    }

    @Test
    void replyHasTheChecksumThatComputingAnewGives() {
        ByteBuf four = Captured.at(0, Captured.ECHO_V4_WITH_OPTIONS);
        icmp.wrap(four, AT_V4).toReply(IcmpHeader.ECHO_REPLY_V4);
        assertEquals(IcmpHeader.ECHO_REPLY_V4, icmp.type());
        assertTrue(icmp.checksumValid(LENGTH));

        ByteBuf six = Captured.at(0, Captured.ECHO_V6);
        icmp.wrap(six, AT_V6).toReply(IcmpHeader.ECHO_REPLY_V6);
        assertEquals(IcmpHeader.ECHO_REPLY_V6, icmp.type());
        assertTrue(icmp.checksumValid(ip.wrap(six, 0).swapAddresses(), LENGTH));
    }

    @Test
    void checksumOfEveryLengthAgreesWithTheSlowReference() {
        for (int length = 8; length <= 9001; length++) {
            ByteBuf buf = Captured.blank(length).setShort(2, 0);
            byte[] bytes = new byte[length];
            buf.getBytes(0, bytes);
            assertEquals(SlowChecksum.of(bytes), icmp.wrap(buf, 0).updateChecksum(length).checksum());
        }
    }

    @Test
    void knowsWhatNoErrorMayAnswer() {
        assertArrayEquals(new int[] {3, 4, 5, 11, 12},
                IntStream.range(0, 19).filter(IcmpHeader::isErrorV4).toArray());
        assertTrue(IcmpHeader.isErrorV4(19));
        assertTrue(IntStream.range(0, 128).allMatch(IcmpHeader::isErrorV6));
        assertTrue(IcmpHeader.isErrorV6(IcmpHeader.REDIRECT_V6));
        assertFalse(IcmpHeader.isErrorV6(IcmpHeader.ECHO_V6));
    }

    private void assertEcho(int type, int checksum) {
        assertAll(
                () -> assertEquals(DropReason.NONE, icmp.check(LENGTH)),
                () -> assertEquals(type, icmp.type()),
                () -> assertEquals(0, icmp.code()),
                () -> assertEquals(checksum, icmp.checksum()),
                () -> assertEquals(0x1234, icmp.identifier()),
                () -> assertEquals(1, icmp.sequence()));
    }
}
