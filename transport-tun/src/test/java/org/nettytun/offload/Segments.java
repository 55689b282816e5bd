package org.nettytun.offload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.packet.TcpHeader;
import org.nettytun.packet.UdpHeader;
import org.nettytun.stats.TunStats;

import java.util.Random;

/**
 * Makes the packets of one flow, one after the other, all fields filled in by hand and checksums by the views of
 * headers. Change a field, take the next packet.
 */
public final class Segments {
    public static final int IPV4_SOURCE = 0x0a010002;
    public static final int IPV4_DESTINATION = 0x0a020002;
    public static final long IPV6_SOURCE = 0xfd01_0000_0000_0000L;
    public static final long IPV6_DESTINATION = 0xfd02_0000_0000_0000L;

    public final boolean isIpv6;
    public final boolean isTcp;
    public int sourcePort = 0x1389;
    public int destinationPort = 0x0fa1;
    public int timeToLive = 64;
    public int typeOfService;
    public int flowLabel = 0x12345;
    public boolean dontFragment = true;
    public int identification = 0xfffe;
    public int sequence = 0xfffffa00;
    public int acknowledgment = 0x01020304;
    public int window = 0x7fff;
    public int flags = TcpHeader.ACK;
    /** Of TCP; a multiple of 4 bytes. */
    public byte[] options = {};
    /** Of IPv4 the options, of IPv6 the extension headers whose first is destination options. */
    public byte[] extensions = {};
    private final Random payload = new Random(7);

    public Segments(boolean isIpv6, boolean isTcp) {
        this.isIpv6 = isIpv6;
        this.isTcp = isTcp;
    }

    public static Segments random(Random random) {
        Segments made = new Segments(random.nextBoolean(), random.nextBoolean());
        made.sourcePort = random.nextInt(0x10000);
        made.destinationPort = random.nextInt(0x10000);
        made.timeToLive = 2 + random.nextInt(250);
        made.typeOfService = random.nextInt(256);
        made.flowLabel = random.nextInt(1 << 20);
        made.dontFragment = random.nextBoolean();
        made.identification = random.nextInt(0x10000);
        made.sequence = random.nextInt();
        made.acknowledgment = random.nextInt();
        made.window = random.nextInt(0x10000);
        made.flags = TcpHeader.ACK | (random.nextInt(4) == 0 ? TcpHeader.ECE : 0);
        made.options = new byte[random.nextInt(11) * 4];
        random.nextBytes(made.options);
        return made;
    }

    /** Bytes of all headers. */
    public int headerLength() {
        return transportOffset() + (isTcp ? TcpHeader.MIN_LENGTH + options.length : UdpHeader.LENGTH);
    }

    public int transportOffset() {
        return (isIpv6 ? Ipv6Header.LENGTH : Ipv4Header.MIN_LENGTH) + extensions.length;
    }

    /** The next packet, finished. Sequence number and identification go on. */
    public byte[] next(int payloadLength) {
        byte[] bytes = new byte[headerLength() + payloadLength];
        ByteBuf buf = Unpooled.wrappedBuffer(bytes);
        byte[] body = new byte[payloadLength];
        payload.nextBytes(body);
        buf.setBytes(headerLength(), body);
        int transport = transportOffset();
        int transportLength = bytes.length - transport;
        int protocol = isTcp ? IpProtocol.TCP : IpProtocol.UDP;
        Ipv4Header ipv4 = new Ipv4Header().wrap(buf, 0);
        Ipv6Header ipv6 = new Ipv6Header().wrap(buf, 0);
        if (isIpv6) {
            ipv6.write(bytes.length - Ipv6Header.LENGTH,
                    extensions.length == 0 ? protocol : IpProtocol.DESTINATION_OPTIONS);
            ipv6.flow(typeOfService, flowLabel).hopLimit(timeToLive);
            ipv6.source(IPV6_SOURCE, 2).destination(IPV6_DESTINATION, 2);
            buf.setBytes(Ipv6Header.LENGTH, extensions);
        } else {
            ipv4.write(bytes.length, protocol, IPV4_SOURCE, IPV4_DESTINATION).typeOfService(typeOfService);
            ipv4.identification(identification).fragment(dontFragment, false, 0).timeToLive(timeToLive);
            buf.setByte(0, 0x40 | transport / 4).setBytes(Ipv4Header.MIN_LENGTH, extensions);
            ipv4.updateChecksum();
        }
        if (isTcp) {
            TcpHeader tcp = new TcpHeader().wrap(buf, transport);
            tcp.write(sourcePort, destinationPort, sequence, acknowledgment, flags).window(window);
            tcp.headerLength(TcpHeader.MIN_LENGTH + options.length);
            buf.setBytes(transport + TcpHeader.MIN_LENGTH, options);
            if (isIpv6) {
                tcp.updateChecksum(ipv6, transportLength);
            } else {
                tcp.updateChecksum(ipv4, transportLength);
            }
        } else {
            UdpHeader udp = new UdpHeader().wrap(buf, transport).write(sourcePort, destinationPort, transportLength);
            if (isIpv6) {
                udp.updateChecksum(ipv6);
            } else {
                udp.updateChecksum(ipv4);
            }
        }
        sequence += payloadLength;
        identification = identification + 1 & 0xffff;
        return bytes;
    }

    public static PacketBuf packet(byte[] bytes) {
        return PacketBuf.build(Unpooled.directBuffer(Math.max(1, bytes.length)).writeBytes(bytes), new TunStats());
    }

    public static byte[] bytes(ByteBuf packet) {
        return ByteBufUtil.getBytes(packet);
    }
}
