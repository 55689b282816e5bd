package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Fragment;
import org.nettytun.packet.Ipv6Header;
import org.nettytun.packet.Ipv6Options;
import org.nettytun.packet.Ipv6Payload;
import org.nettytun.packet.TcpHeader;
import org.nettytun.packet.UdpHeader;
import org.nettytun.stats.DropReason;

import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What a fuzzer runs: packets, one after the other, into our router; and the same bytes under each view.
 * <pre>
 * |port:2 length:14| bytes of the packet | port and length | …
 * </pre>
 * Whatever the bytes are: nothing throws, each packet ends once, what comes out is well-formed, and the balances are
 * exact when the fragments that wait are let go.
 */
final class FuzzTarget {
    private static final int PREFIX = 2;
    private static final int LENGTH = 0x3fff;
    private static final int LONGEST_ERROR = 1280;
    private static final OurJudge OURS = new OurJudge();

    private FuzzTarget() {
    }

    static void run(byte[] data) {
        ByteBuf bytes = Unpooled.wrappedBuffer(data);
        while (bytes.readableBytes() >= PREFIX) {
            int word = bytes.readUnsignedShort();
            byte[] packet = new byte[Math.min(word & LENGTH, bytes.readableBytes())];
            bytes.readBytes(packet);
            OURS.inject(word >>> 14 == 3 ? 0 : word >>> 14, packet).forEach(FuzzTarget::assertWellFormed);
            views(packet);
        }
        OURS.forget();
    }

    private static void assertWellFormed(Judge.Out out) {
        byte[] packet = out.packet();
        if (Build.isV4(packet)) {
            Ipv4Header ip = Build.ip4(packet);
            assertEquals(DropReason.NONE, ip.check(packet.length));
            assertEquals(packet.length, ip.totalLength());
            assertTrue(packet.length <= Network.MTUS.get(out.port()));
        } else {
            assertEquals(DropReason.NONE, Build.ip6(packet).check(packet.length));
            assertEquals(packet.length, Build.ip6(packet).totalLength());
            assertTrue(packet.length <= Math.max(LONGEST_ERROR, Network.MTUS.get(out.port())));
        }
    }

    /** What checks well can be read: in a buffer that ends with the packet, so that one byte more would throw. */
    private static void views(byte[] packet) {
        ByteBuf buf = Unpooled.wrappedBuffer(packet);
        TcpHeader tcp = new TcpHeader().wrap(buf, 0);
        if (tcp.check(packet.length) == DropReason.NONE) {
            tcp.maximumSegmentSize();
            tcp.timestampAt();
            tcp.clampMaximumSegmentSize(1000);
        }
        UdpHeader udp = new UdpHeader().wrap(buf, 0);
        if (udp.check(packet.length) == DropReason.NONE) {
            udp.checksumValid(new Ipv4Header().wrap(Unpooled.buffer(20), 0));
        }
        Ipv6Header six = new Ipv6Header().wrap(buf, 0);
        if (six.check(packet.length) == DropReason.NONE) {
            new Ipv6Payload().find(six, buf);
        }
        new Ipv6Options().check(buf, 0, packet.length, packet.length % 2 == 0);
        assertEquals(packet.length >= Ipv6Fragment.LENGTH, new Ipv6Fragment().wrap(buf, 0).check(packet.length)
                == DropReason.NONE);
        assertEquals(packet.length >= IcmpHeader.LENGTH, new IcmpHeader().wrap(buf, 0).check(packet.length)
                == DropReason.NONE);
    }

    /** Each hand-picked case is a seed. */
    static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (DifferentialTest.Case each : Cases.all()) {
            seeds.add(seed(each.port(), each.packets()));
        }
        for (DifferentialTest.Deviation each : Deviations.all()) {
            seeds.add(seed(each.port(), each.packets()));
        }
        return seeds;
    }

    private static byte[] seed(int port, List<byte[]> packets) {
        ByteBuf seed = Unpooled.buffer();
        for (byte[] packet : packets) {
            seed.writeShort(port << 14 | packet.length).writeBytes(packet);
        }
        byte[] bytes = new byte[seed.readableBytes()];
        seed.readBytes(bytes);
        return bytes;
    }
}
