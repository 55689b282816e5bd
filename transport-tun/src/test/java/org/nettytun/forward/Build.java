package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.nettytun.linux.IpPrefix;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Fragment;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.packet.TcpHeader;
import org.nettytun.packet.UdpHeader;

import java.net.InetAddress;
import java.util.Arrays;

/** Packets byte by byte; payloads are numbered, so that a quote or a cut shows. Each method returns a new array. */
final class Build {
    private Build() {
    }

    /** An IPv4 packet with DF: change it with the methods below. */
    static byte[] v4(String source, String destination, int protocol, byte[] payload) {
        byte[] packet = join(new byte[20], payload);
        ip4(packet).write(packet.length, protocol, bits(source), bits(destination)).identification(0x4711)
                .fragment(true, false, 0).updateChecksum();
        return packet;
    }

    static byte[] v6(String source, String destination, int nextHeader, byte[] payload) {
        byte[] packet = join(new byte[40], payload);
        ip6(packet).write(payload.length, nextHeader).source(high(source), low(source))
                .destination(high(destination), low(destination));
        return packet;
    }

    /** A UDP datagram between ports 4660 and 53 of either family, that many bytes in all. */
    static byte[] udp(String source, String destination, int length) {
        boolean four = isV4(source);
        int header = four ? 20 : 40;
        byte[] payload = numbered(length - header);
        byte[] packet = four ? v4(source, destination, IpProtocol.UDP, payload)
                : v6(source, destination, IpProtocol.UDP, payload);
        UdpHeader udp = new UdpHeader().wrap(buf(packet), header).write(4660, 53, length - header);
        if (four) {
            udp.updateChecksum(ip4(packet));
        } else {
            udp.updateChecksum(ip6(packet));
        }
        return packet;
    }

    /** An ICMP message of either family, checksum right, that many bytes in all. */
    static byte[] icmp(String source, String destination, int type, int code, int length) {
        boolean four = isV4(source);
        int header = four ? 20 : 40;
        byte[] payload = numbered(length - header);
        byte[] packet = four ? v4(source, destination, IpProtocol.ICMP, payload)
                : v6(source, destination, IpProtocol.ICMPV6, payload);
        IcmpHeader icmp = new IcmpHeader().wrap(buf(packet), header).write(type, code).echo(7, 9);
        if (four) {
            icmp.updateChecksum(length - header);
        } else {
            icmp.updateChecksum(ip6(packet), length - header);
        }
        return packet;
    }

    static byte[] ping(String source, String destination, int length) {
        return icmp(source, destination, isV4(source) ? IcmpHeader.ECHO_V4 : IcmpHeader.ECHO_V6, 0, length);
    }

    /** A TCP segment between ports 4660 and 443, sequence number 1000, acknowledgment 2000. */
    static byte[] tcp(String source, String destination, int flags, String options, int payload) {
        boolean four = isV4(source);
        int header = four ? 20 : 40;
        byte[] bytes = ByteBufUtil.decodeHexDump(options);
        byte[] segment = join(join(new byte[20], bytes), numbered(payload));
        byte[] packet = four ? v4(source, destination, IpProtocol.TCP, segment)
                : v6(source, destination, IpProtocol.TCP, segment);
        TcpHeader tcp = new TcpHeader().wrap(buf(packet), header).write(4660, 443, 1000, 2000, flags)
                .headerLength(20 + bytes.length).window(500);
        if (four) {
            tcp.updateChecksum(ip4(packet), segment.length);
        } else {
            tcp.updateChecksum(ip6(packet), segment.length);
        }
        return packet;
    }

    static byte[] hops(byte[] packet, int hops) {
        byte[] changed = packet.clone();
        if (isV4(packet)) {
            ip4(changed).timeToLive(hops).updateChecksum();
        } else {
            ip6(changed).hopLimit(hops);
        }
        return changed;
    }

    /** Sets one byte, and repairs the IPv4 header's checksum. */
    static byte[] with(byte[] packet, int at, int value) {
        byte[] changed = raw(packet, at, value);
        ip4(changed).updateChecksum();
        return changed;
    }

    /** Sets one byte, and repairs nothing. */
    static byte[] raw(byte[] packet, int at, int value) {
        byte[] changed = packet.clone();
        changed[at] = (byte) value;
        return changed;
    }

    /** The fragment word: DF 0x4000, MF 0x2000, offset in units of 8. */
    static byte[] flags(byte[] packet, int word) {
        byte[] changed = packet.clone();
        buf(changed).setShort(6, word);
        ip4(changed).updateChecksum();
        return changed;
    }

    /** IPv4 options, a multiple of 4 bytes, between header and payload. */
    static byte[] options(byte[] packet, String hex) {
        byte[] bytes = ByteBufUtil.decodeHexDump(hex.replace(" ", ""));
        byte[] changed = join(join(cut(packet, 0, 20), bytes), cut(packet, 20, packet.length));
        ip4(changed).lengths(20 + bytes.length, changed.length).updateChecksum();
        return changed;
    }

    /** An IPv6 extension header before the others; its first byte is filled in. */
    static byte[] extension(byte[] packet, int header, String hex) {
        byte[] bytes = ByteBufUtil.decodeHexDump(hex.replace(" ", ""));
        bytes[0] = packet[6];
        byte[] changed = join(join(cut(packet, 0, 40), bytes), cut(packet, 40, packet.length));
        ip6(changed).payload(changed.length - 40, header);
        return changed;
    }

    /** A piece of an IPv4 packet. */
    static byte[] piece4(byte[] packet, int from, int length, boolean more) {
        int header = ip4(packet).headerLength();
        byte[] piece = join(cut(packet, 0, header), cut(packet, header + from, header + from + length));
        ip4(piece).lengths(header, piece.length).fragment(false, more, from).updateChecksum();
        return piece;
    }

    /** A piece of an IPv6 packet without extension headers. */
    static byte[] piece6(byte[] packet, int from, int length, boolean more) {
        byte[] piece = join(new byte[48], cut(packet, 40 + from, 40 + from + length));
        System.arraycopy(packet, 0, piece, 0, 40);
        new Ipv6Fragment().wrap(buf(piece), 40).write(packet[6] & 0xff, from, more, 0x12345678);
        ip6(piece).payload(8 + length, IpProtocol.FRAGMENT);
        return piece;
    }

    static byte[] cut(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    static byte[] join(byte[] first, byte[] second) {
        return Unpooled.copiedBuffer(first, second).array();
    }

    static byte[] numbered(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7 + (i >>> 8));
        }
        return bytes;
    }

    static Ipv4Header ip4(byte[] packet) {
        return new Ipv4Header().wrap(buf(packet), 0);
    }

    static Ipv6Header ip6(byte[] packet) {
        return new Ipv6Header().wrap(buf(packet), 0);
    }

    static ByteBuf buf(byte[] packet) {
        return Unpooled.wrappedBuffer(packet);
    }

    static boolean isV4(byte[] packet) {
        return packet[0] >>> 4 == 4;
    }

    private static boolean isV4(String address) {
        return address.indexOf(':') < 0;
    }

    static int bits(String v4) {
        return Addresses.v4(address(v4));
    }

    private static long high(String v6) {
        return Addresses.high(address(v6));
    }

    private static long low(String v6) {
        return Addresses.low(address(v6));
    }

    private static InetAddress address(String text) {
        return IpPrefix.parseAddress(text);
    }
}
