package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.packet.UdpHeader;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Packets for tests: IPv4 with a true length field, and a body that tells them apart. */
final class Packets {
    static final int HEADER = 20;

    private Packets() {
    }

    /** @param length bytes, 24 at least; @param number written behind the header */
    static byte[] ipv4(int length, int number) {
        byte[] bytes = new byte[length];
        ByteBuffer.wrap(bytes).put((byte) 0x45).put((byte) 0).putShort((short) length).putInt(0).put((byte) 64)
                .put((byte) 253).putShort((short) 0).putInt(0x0a070002).putInt(0x0a070001).putInt(number);
        for (int i = HEADER + Integer.BYTES; i < length; i++) {
            bytes[i] = (byte) (i * 31 + number);
        }
        return bytes;
    }

    /** A datagram from 10.7.0.2 to 10.7.0.1. */
    static ByteBuf udpV4(int port, String text) {
        int length = Ipv4Header.MIN_LENGTH + UdpHeader.LENGTH + text.length();
        ByteBuf packet = Unpooled.buffer().writeZero(length);
        Ipv4Header ip = new Ipv4Header().wrap(packet, 0).write(length, IpProtocol.UDP, 0x0a070002, 0x0a070001)
                .updateChecksum();
        udp(packet, ip.payloadAt(), port, text).updateChecksum(ip);
        return packet;
    }

    /** A datagram from fd07::2 to fd07::1. */
    static ByteBuf udpV6(int port, String text) {
        int payload = UdpHeader.LENGTH + text.length();
        ByteBuf packet = Unpooled.buffer().writeZero(Ipv6Header.LENGTH + payload);
        Ipv6Header ip = new Ipv6Header().wrap(packet, 0).write(payload, IpProtocol.UDP)
                .source(0xfd07_0000_0000_0000L, 2).destination(0xfd07_0000_0000_0000L, 1);
        udp(packet, ip.payloadAt(), port, text).updateChecksum(ip);
        return packet;
    }

    private static UdpHeader udp(ByteBuf packet, int at, int port, String text) {
        packet.setCharSequence(at + UdpHeader.LENGTH, text, StandardCharsets.US_ASCII);
        return new UdpHeader().wrap(packet, at).write(port, port, UdpHeader.LENGTH + text.length());
    }

    static int number(byte[] packet) {
        return ByteBuffer.wrap(packet).getInt(HEADER);
    }
}
