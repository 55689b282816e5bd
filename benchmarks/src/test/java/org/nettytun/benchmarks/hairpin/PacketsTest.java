package org.nettytun.benchmarks.hairpin;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.packet.InternetChecksum;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.stats.DropReason;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PacketsTest {
    @ParameterizedTest
    @ValueSource(ints = {28, 64, 512, 1400, 1500})
    void isAGoodPacketOfItsFlow(int size) {
        ByteBuf packet = Packets.of(size, 7);
        Ipv4Header ip = new Ipv4Header().wrap(packet, 0);
        assertEquals(DropReason.NONE, ip.check(packet.readableBytes()));
        assertEquals(size, ip.totalLength());
        assertEquals(0x0a070202, ip.destination());
        assertTrue(InternetChecksum.isValid(packet, 0, Ipv4Header.MIN_LENGTH));
        assertEquals(0x4007, packet.getUnsignedShort(Ipv4Header.MIN_LENGTH));
        packet.release();
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 1400})
    void fourBytesUndoWhatForwardingChanged(int size) {
        ByteBuf packet = Packets.of(size, 0);
        ByteBuf before = packet.copy();
        new Ipv4Header().wrap(packet, 0).decrementTimeToLive();
        assertEquals(63, packet.getByte(Packets.CHANGED));
        packet.setInt(Packets.CHANGED, Packets.unchanged(size));
        assertEquals(before, packet);
        before.release();
        packet.release();
    }
}
