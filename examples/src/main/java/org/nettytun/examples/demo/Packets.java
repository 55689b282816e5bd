package org.nettytun.examples.demo;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.nettytun.examples.ip.AddressBits;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.packet.UdpHeader;

import java.net.InetAddress;

/** Makes the packets that an {@link Endpoint} sends. Belongs to one event loop. */
final class Packets {
    /** Of the ICMP echo. */
    private static final int IDENTIFIER = 77;
    /** The discard service's. */
    private static final int PORT = 9;

    private final Ipv4Header ipv4 = new Ipv4Header();
    private final Ipv6Header ipv6 = new Ipv6Header();
    private final IcmpHeader icmp = new IcmpHeader();
    private final UdpHeader udp = new UdpHeader();
    private final InetAddress source;
    private final InetAddress destination;
    private final boolean v4;

    Packets(InetAddress source, InetAddress destination) {
        this.source = source;
        this.destination = destination;
        this.v4 = AddressBits.isV4(source);
    }

    /** An echo request that carries the time. */
    ByteBuf ping(ByteBufAllocator alloc, int sequence) {
        int length = IcmpHeader.LENGTH + Long.BYTES;
        ByteBuf packet = ip(alloc, v4 ? IpProtocol.ICMP : IpProtocol.ICMPV6, length);
        int at = v4 ? ipv4.payloadAt() : ipv6.payloadAt();
        icmp.wrap(packet, at).write(v4 ? IcmpHeader.ECHO_V4 : IcmpHeader.ECHO_V6, 0).echo(IDENTIFIER, sequence);
        packet.setLong(at + IcmpHeader.LENGTH, System.nanoTime());
        if (v4) {
            icmp.updateChecksum(length);
        } else {
            icmp.updateChecksum(ipv6, length);
        }
        return packet;
    }

    /** A datagram that carries its number and zeros. */
    ByteBuf datagram(ByteBufAllocator alloc, long number, int payload) {
        int length = UdpHeader.LENGTH + payload;
        ByteBuf packet = ip(alloc, IpProtocol.UDP, length);
        udp.wrap(packet, v4 ? ipv4.payloadAt() : ipv6.payloadAt()).write(PORT, PORT, length);
        packet.setZero(udp.payloadAt(), payload);
        packet.setLong(udp.payloadAt(), number);
        if (v4) {
            udp.updateChecksum(ipv4);
        } else {
            udp.updateChecksum(ipv6);
        }
        return packet;
    }

    private ByteBuf ip(ByteBufAllocator alloc, int protocol, int payload) {
        int length = payload + (v4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH);
        ByteBuf packet = alloc.directBuffer(length, length).writerIndex(length);
        if (v4) {
            ipv4.wrap(packet, 0).write(length, protocol, AddressBits.v4(source), AddressBits.v4(destination))
                    .updateChecksum();
        } else {
            ipv6.wrap(packet, 0).write(payload, protocol)
                    .source(AddressBits.high(source), AddressBits.low(source))
                    .destination(AddressBits.high(destination), AddressBits.low(destination));
        }
        return packet;
    }
}
