package org.nettytun.examples.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.nettytun.examples.ip.AddressBits;
import org.nettytun.linux.IpPrefix;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Header;

import java.net.InetAddress;

/** Packets with numbered bytes behind the header, so that a quote or a cut shows. */
public final class TestPackets {
    private TestPackets() {
    }

    /** Of UDP; {@code length} of the whole. */
    public static ByteBuf v4(String source, String destination, int length) {
        return v4(source, destination, IpProtocol.UDP, length);
    }

    /** {@code length} of the whole; its checksum is right. */
    public static ByteBuf v4(String source, String destination, int protocol, int length) {
        ByteBuf packet = numbered(length);
        ip4(packet).write(length, protocol, bits(source), bits(destination)).fragment(true, false, 0).updateChecksum();
        return packet;
    }

    /** Of UDP; {@code length} of the whole. */
    public static ByteBuf v6(String source, String destination, int length) {
        return v6(source, destination, IpProtocol.UDP, length);
    }

    static ByteBuf v6(String source, String destination, int protocol, int length) {
        ByteBuf packet = numbered(length);
        InetAddress from = IpPrefix.parseAddress(source);
        InetAddress to = IpPrefix.parseAddress(destination);
        ip6(packet).write(length - Ipv6Header.LENGTH, protocol)
                .source(AddressBits.high(from), AddressBits.low(from))
                .destination(AddressBits.high(to), AddressBits.low(to));
        return packet;
    }

    /** An ICMP message of a type, checksum right. */
    static ByteBuf icmp4(String source, String destination, int type, int length) {
        ByteBuf packet = v4(source, destination, IpProtocol.ICMP, length);
        icmp(packet, Ipv4Header.MIN_LENGTH).write(type, 0).echo(7, 9).updateChecksum(length - Ipv4Header.MIN_LENGTH);
        return packet;
    }

    /** An ICMPv6 message of a type, checksum right. */
    static ByteBuf icmp6(String source, String destination, int type, int length) {
        ByteBuf packet = v6(source, destination, IpProtocol.ICMPV6, length);
        icmp(packet, Ipv6Header.LENGTH).write(type, 0).echo(7, 9)
                .updateChecksum(ip6(packet), length - Ipv6Header.LENGTH);
        return packet;
    }

    /** Its header. */
    public static Ipv4Header ip4(ByteBuf packet) {
        return new Ipv4Header().wrap(packet, packet.readerIndex());
    }

    /** Its header. */
    public static Ipv6Header ip6(ByteBuf packet) {
        return new Ipv6Header().wrap(packet, packet.readerIndex());
    }

    static IcmpHeader icmp(ByteBuf packet, int at) {
        return new IcmpHeader().wrap(packet, packet.readerIndex() + at);
    }

    static int bits(String v4) {
        return AddressBits.v4(IpPrefix.parseAddress(v4));
    }

    static ByteBuf ttl(ByteBuf packet, int hops) {
        if (packet.getUnsignedByte(0) >>> 4 == Ipv4Header.VERSION) {
            ip4(packet).timeToLive(hops).updateChecksum();
        } else {
            ip6(packet).hopLimit(hops);
        }
        return packet;
    }

    private static ByteBuf numbered(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return Unpooled.directBuffer(length, length).writeBytes(bytes);
    }
}
