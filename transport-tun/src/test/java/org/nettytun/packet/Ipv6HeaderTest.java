package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.junit.jupiter.api.Test;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

class Ipv6HeaderTest {
    private static final int AT = 5;
    private static final long HIGH = 0xfd07000000000000L;
    private final Ipv6Header ip = new Ipv6Header();

    @Test
    void readsACapturedPacket() {
        ip.wrap(Captured.at(AT, Captured.ECHO_V6), AT);
        assertFields();
    }

    @Test
    void writesTheCapturedHeaderIntoABufferThatWasNeverZero() {
        ByteBuf buf = Captured.blank(AT + 41);
        write(buf);
        assertEquals(Captured.ECHO_V6.substring(0, 80), Captured.hex(buf, AT, 40));
        assertEquals("a5a5a5a5a5", Captured.hex(buf, 0, AT));
        assertEquals("a5", Captured.hex(buf, AT + 40, 1));
    }

    @Test
    void readsBackWhatWasWritten() {
        write(Captured.blank(AT + 53));
        assertFields();
        ip.swapAddresses();
        assertEquals(9, ip.sourceLow());
        assertEquals(1, ip.destinationLow());
        ip.source(1, 2).destination(3, 4).swapAddresses();
        assertEquals(3, ip.sourceHigh());
        assertEquals(1, ip.destinationHigh());
    }

    @Test
    void refusesEveryCut() {
        byte[] packet = ByteBufUtil.decodeHexDump(Captured.ECHO_V6);
        for (int length = 0; length < packet.length; length++) {
            ByteBuf cut = Captured.blank(length).setBytes(0, packet, 0, length);
            assertEquals(KernelDropReason.PKT_TOO_SMALL, ip.wrap(cut, 0).check(length), "length=" + length);
        }
        assertEquals(DropReason.NONE, ip.wrap(Captured.at(0, Captured.ECHO_V6 + "ff"), 0).check(54));
    }

    @Test
    void namesAnotherVersion() {
        ByteBuf buf = Captured.at(0, Captured.ECHO_V6).setByte(0, 0x4b);
        assertEquals(KernelDropReason.INVALID_PROTO, ip.wrap(buf, 0).check(53));
    }

    @Test
    void decrementsTheHopLimitAndNothingElse() {
        ByteBuf buf = Captured.at(0, Captured.ECHO_V6);
        ip.wrap(buf, 0).decrementHopLimit();
        assertEquals(Captured.ECHO_V6.replaceFirst("3a21", "3a20"), Captured.hex(buf, 0, 53));
    }

    private void write(ByteBuf buf) {
        ip.wrap(buf, AT).write(13, IpProtocol.ICMPV6).flow(0xb8, 0x12345).hopLimit(33).source(HIGH, 1)
                .destination(HIGH, 9);
    }

    private void assertFields() {
        assertAll(
                () -> assertEquals(DropReason.NONE, ip.check(53)),
                () -> assertEquals(6, ip.version()),
                () -> assertEquals(0xb8, ip.trafficClass()),
                () -> assertEquals(0x12345, ip.flowLabel()),
                () -> assertEquals(13, ip.payloadLength()),
                () -> assertEquals(53, ip.totalLength()),
                () -> assertEquals(IpProtocol.ICMPV6, ip.nextHeader()),
                () -> assertEquals(33, ip.hopLimit()),
                () -> assertEquals(HIGH, ip.sourceHigh()),
                () -> assertEquals(1, ip.sourceLow()),
                () -> assertEquals(HIGH, ip.destinationHigh()),
                () -> assertEquals(9, ip.destinationLow()),
                () -> assertEquals(AT + 40, ip.payloadAt()));
    }
}
