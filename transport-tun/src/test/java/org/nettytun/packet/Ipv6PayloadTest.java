package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class Ipv6PayloadTest {
    private final Ipv6Header ip = new Ipv6Header();
    private final Ipv6Payload payload = new Ipv6Payload();

    @Test
    void findsThePayloadOfAPlainPacket() {
        assertEquals(DropReason.NONE, find(Captured.at(7, Captured.ECHO_V6), 7));
        assertEquals(IpProtocol.ICMPV6, payload.protocol());
        assertEquals(47, payload.at());
        assertEquals(13, payload.length());
        assertFalse(payload.isFragment());
    }

    @Test
    void readsACapturedFragment() {
        assertEquals(DropReason.NONE, find(Captured.at(0, Captured.LAST_FRAGMENT_V6), 0));
        assertAll(
                () -> assertEquals(IpProtocol.ICMPV6, payload.protocol()),
                () -> assertTrue(payload.isFragment()),
                () -> assertEquals(1448, payload.fragmentOffset()),
                () -> assertEquals(48, payload.at()),
                () -> assertEquals(160, payload.length()));
    }

    @Test
    void walksAllKindsOfHeaders() {
        ByteBuf buf = packet(IpProtocol.HOP_BY_HOP,
                "2b01" + "00".repeat(14)         // hop-by-hop, 16 bytes; a routing header next
                + "3c00" + "00".repeat(6)        // routing
                + "2c00" + "00".repeat(6)        // destination options
                + "1100" + "0001" + "00000007"   // first fragment of a UDP datagram
                + "ffff");
        assertEquals(DropReason.NONE, find(buf, 0));
        assertEquals(IpProtocol.UDP, payload.protocol());
        assertEquals(40 + 16 + 8 + 8 + 8, payload.at());
        assertEquals(2, payload.length());
        assertTrue(payload.isFragment());
        assertEquals(0, payload.fragmentOffset());
    }

    @Test
    void refusesEveryCutThatLeavesAHeaderIncomplete() {
        String headers = "2b01" + "00".repeat(14) + "1100" + "00".repeat(6);
        byte[] bytes = ByteBufUtil.decodeHexDump(headers);
        for (int length = 0; length < bytes.length; length++) {
            ByteBuf buf = packet(IpProtocol.HOP_BY_HOP, headers.substring(0, 2 * length));
            assertEquals(KernelDropReason.PKT_TOO_SMALL, find(buf, 0), "length=" + length);
        }
        assertEquals(DropReason.NONE, find(packet(IpProtocol.HOP_BY_HOP, headers), 0));
    }

    @Test
    void stopsAfterTwelveHeaders() {
        String twelve = "3c00000000000000".repeat(11) + "1100000000000000";
        assertEquals(DropReason.NONE, find(packet(IpProtocol.DESTINATION_OPTIONS, twelve), 0));
        String endless = "3c00000000000000".repeat(100);
        assertEquals(KernelDropReason.IP_INHDR, find(packet(IpProtocol.DESTINATION_OPTIONS, endless), 0));
    }

    private DropReason find(ByteBuf buf, int at) {
        return payload.find(ip.wrap(buf, at), buf);
    }

    private ByteBuf packet(int nextHeader, String hex) {
        ByteBuf buf = Unpooled.buffer(40 + hex.length() / 2).writerIndex(40)
                .writeBytes(ByteBufUtil.decodeHexDump(hex));
        ip.wrap(buf, 0).write(hex.length() / 2, nextHeader).source(1, 2).destination(3, 4);
        return buf;
    }
}
