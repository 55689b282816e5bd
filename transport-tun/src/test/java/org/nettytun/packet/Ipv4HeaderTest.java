package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.junit.jupiter.api.Test;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class Ipv4HeaderTest {
    private static final int AT = 3;
    private final Ipv4Header ip = new Ipv4Header();

    @Test
    void readsACapturedPacketWithOptions() {
        ip.wrap(Captured.at(AT, Captured.ECHO_V4_WITH_OPTIONS), AT);
        assertAll(
                () -> assertEquals(DropReason.NONE, ip.check(73)),
                () -> assertEquals(4, ip.version()),
                () -> assertEquals(60, ip.headerLength()),
                () -> assertEquals(0xb8, ip.typeOfService()),
                () -> assertEquals(73, ip.totalLength()),
                () -> assertEquals(0x01a4, ip.identification()),
                () -> assertTrue(ip.dontFragment()),
                () -> assertFalse(ip.moreFragments()),
                () -> assertFalse(ip.isFragment()),
                () -> assertEquals(33, ip.timeToLive()),
                () -> assertEquals(IpProtocol.ICMP, ip.protocol()),
                () -> assertEquals(0x072a, ip.checksum()),
                () -> assertEquals(0x0a070001, ip.source()),
                () -> assertEquals(0x0a070009, ip.destination()),
                () -> assertEquals(AT + 20, ip.optionsAt()),
                () -> assertEquals(AT + 60, ip.payloadAt()),
                () -> assertEquals(13, ip.payloadLength()));
    }

    @Test
    void readsACapturedFragment() {
        ip.wrap(Captured.at(AT, Captured.LAST_FRAGMENT_V4), AT);
        assertAll(
                () -> assertEquals(DropReason.NONE, ip.check(124)),
                () -> assertFalse(ip.dontFragment()),
                () -> assertFalse(ip.moreFragments()),
                () -> assertTrue(ip.isFragment()),
                () -> assertEquals(1104, ip.fragmentOffset()));
    }

    @Test
    void writesTheCapturedHeaderIntoABufferThatWasNeverZero() {
        ByteBuf buf = Captured.blank(AT + 24);
        writeLastFragment(buf);
        assertEquals(Captured.LAST_FRAGMENT_V4.substring(0, 40), Captured.hex(buf, AT, 20));
        assertEquals("a5a5a5", Captured.hex(buf, 0, AT));
        assertEquals("a5", Captured.hex(buf, AT + 20, 1));
    }

    @Test
    void readsBackWhatWasWritten() {
        ByteBuf buf = Captured.blank(AT + 200);
        writeLastFragment(buf);
        assertAll(
                () -> assertEquals(DropReason.NONE, ip.check(124)),
                () -> assertEquals(20, ip.headerLength()),
                () -> assertEquals(124, ip.totalLength()),
                () -> assertEquals(0xffea, ip.identification()),
                () -> assertEquals(1104, ip.fragmentOffset()),
                () -> assertEquals(33, ip.timeToLive()),
                () -> assertTrue(ip.fragment(true, true, 8).dontFragment()),
                () -> assertTrue(ip.moreFragments()),
                () -> assertEquals(8, ip.fragmentOffset()),
                () -> assertEquals(24, ip.lengths(24, 130).headerLength()),
                () -> assertEquals(130, ip.totalLength()),
                () -> assertEquals(0x0a070009, ip.swapAddresses().source()),
                () -> assertEquals(0x0a070001, ip.destination()));
    }

    @Test
    void refusesEveryCut() {
        byte[] packet = ByteBufUtil.decodeHexDump(Captured.ECHO_V4_WITH_OPTIONS);
        for (int length = 0; length < packet.length; length++) {
            ByteBuf cut = Captured.blank(length).setBytes(0, packet, 0, length);
            assertEquals(KernelDropReason.PKT_TOO_SMALL, ip.wrap(cut, 0).check(length), "length=" + length);
        }
        ByteBuf longer = Captured.at(0, Captured.ECHO_V4_WITH_OPTIONS + "ffff");
        assertEquals(DropReason.NONE, ip.wrap(longer, 0).check(75), "bytes behind the packet are legal");
    }

    @Test
    void namesWhatIsWrong() {
        ByteBuf buf = Captured.at(0, Captured.LAST_FRAGMENT_V4);
        assertEquals(KernelDropReason.INVALID_PROTO, ip.wrap(buf.setByte(0, 0x65), 0).check(124));
        assertEquals(KernelDropReason.IP_INHDR, ip.wrap(buf.setByte(0, 0x44), 0).check(124));
        assertEquals(KernelDropReason.IP_CSUM, ip.wrap(buf.setByte(0, 0x46), 0).check(124));
        buf.setByte(0, 0x45).setShort(2, 19);
        assertEquals(KernelDropReason.IP_INHDR, ip.wrap(buf, 0).updateChecksum().check(124));
        buf.setShort(2, 125);
        assertEquals(KernelDropReason.PKT_TOO_SMALL, ip.updateChecksum().check(124));
    }

    @Test
    void everyFlippedBitOfTheHeaderIsSeen() {
        for (int bit = 0; bit < 160; bit++) {
            ByteBuf buf = Captured.at(0, Captured.LAST_FRAGMENT_V4);
            buf.setByte(bit / 8, buf.getByte(bit / 8) ^ 1 << bit % 8);
            assertFalse(ip.wrap(buf, 0).check(124) == DropReason.NONE, "bit=" + bit);
        }
    }

    @Test
    void decrementingEqualsComputingAnew() {
        Random random = new Random(5);
        for (int i = 0; i < 200_000; i++) {
            ByteBuf buf = Captured.blank(20);
            ip.wrap(buf, 0).write(20, random.nextInt(256), random.nextInt(), random.nextInt())
                    .identification(random.nextInt()).timeToLive(1 + random.nextInt(255)).updateChecksum();
            int before = ip.timeToLive();
            ip.decrementTimeToLive();
            int repaired = ip.checksum();
            assertEquals(before - 1, ip.timeToLive());
            assertEquals(ip.updateChecksum().checksum(), repaired);
        }
    }

    private void writeLastFragment(ByteBuf buf) {
        ip.wrap(buf, AT).write(124, IpProtocol.ICMP, 0x0a070001, 0x0a070009).typeOfService(0xb8)
                .identification(0xffea).fragment(false, false, 1104).timeToLive(33).updateChecksum();
    }
}
