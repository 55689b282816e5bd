package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class Ipv6FragmentTest {
    private static final int AT = 5;
    private final Ipv6Fragment fragment = new Ipv6Fragment();

    @Test
    void readsACapturedFragment() {
        fragment.wrap(Captured.at(AT, Captured.LAST_FRAGMENT_V6), AT + 40);
        assertFields(AT + 40);
    }

    @Test
    void writesTheCapturedHeaderIntoABufferThatWasNeverZero() {
        ByteBuf buf = Captured.blank(AT + 9);
        write(buf);
        assertEquals(Captured.LAST_FRAGMENT_V6.substring(80, 96), Captured.hex(buf, AT, 8));
        assertEquals("a5a5a5a5a5", Captured.hex(buf, 0, AT));
        assertEquals("a5", Captured.hex(buf, AT + 8, 1));
    }

    @Test
    void readsBackWhatWasWritten() {
        write(Captured.blank(AT + 8));
        assertFields(AT);
        assertTrue(fragment.write(1, 65528, true, -1).moreFragments());
        assertEquals(65528, fragment.offset());
    }

    @Test
    void refusesEveryCut() {
        for (int length = 0; length < 8; length++) {
            assertEquals(KernelDropReason.PKT_TOO_SMALL, fragment.wrap(Captured.blank(length), 0).check(length));
        }
        assertEquals(DropReason.NONE, fragment.wrap(Captured.blank(8), 0).check(8));
    }

    /** The slow reference: bit by bit, from the figure in the RFC. */
    @Test
    void agreesWithTheFigureBitByBit() {
        Random random = new Random(8);
        byte[] bytes = new byte[8];
        for (int i = 0; i < 10_000; i++) {
            random.nextBytes(bytes);
            fragment.wrap(Captured.blank(8).setBytes(0, bytes), 0);
            assertEquals(bits(bytes, 0, 8), fragment.nextHeader());
            assertEquals(8 * bits(bytes, 16, 13), fragment.offset());
            assertEquals(bits(bytes, 31, 1) == 1, fragment.moreFragments());
            assertEquals(bits(bytes, 32, 32), fragment.identification());
        }
    }

    private static int bits(byte[] bytes, int from, int length) {
        int value = 0;
        for (int i = from; i < from + length; i++) {
            value = value << 1 | bytes[i / 8] >> 7 - i % 8 & 1;
        }
        return value;
    }

    private void write(ByteBuf buf) {
        fragment.wrap(buf, AT).write(IpProtocol.ICMPV6, 1448, false, 0xae148323);
    }

    private void assertFields(int at) {
        assertAll(
                () -> assertEquals(DropReason.NONE, fragment.check(8)),
                () -> assertEquals(IpProtocol.ICMPV6, fragment.nextHeader()),
                () -> assertEquals(1448, fragment.offset()),
                () -> assertFalse(fragment.moreFragments()),
                () -> assertEquals(0xae148323, fragment.identification()),
                () -> assertEquals(at + 8, fragment.payloadAt()));
    }
}
