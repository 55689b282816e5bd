package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.nettytun.packet.IcmpHeader;
import org.nettytun.packet.InternetChecksum;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.Ipv4Header;
import org.nettytun.packet.Ipv6Fragment;
import org.nettytun.packet.Ipv6Header;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A packet as its fields by name, for comparison with another router's. Checksums are right or wrong. Of a packet that
 * a router made itself, what it may choose freely is left out: identification, flow label, and the time in timestamps.
 */
final class Fields {
    private static final List<String> OWN = List.of("0a0100fe", "0a0200fe", "0a0300fe",
            "fd0100000000000000000000000000fe", "fd0200000000000000000000000000fe");
    private static final int TIMESTAMP = 68;

    private final Map<String, Object> fields = new LinkedHashMap<>();
    private final ByteBuf buf;

    private Fields(byte[] packet) {
        buf = Build.buf(packet);
    }

    static Map<String, Object> of(Judge.Out out) {
        Fields fields = new Fields(out.packet());
        fields.fields.put("port", Network.NAMES.get(out.port()));
        if (Build.isV4(out.packet())) {
            fields.v4(out.packet());
        } else {
            fields.v6(out.packet());
        }
        return fields.fields;
    }

    /** {@code a:3/4}, {@code b:udp}, {@code b:tcp}, or {@code silent}; in order. */
    static String summary(List<Judge.Out> outs) {
        StringBuilder text = new StringBuilder();
        for (Judge.Out out : outs) {
            text.append(text.isEmpty() ? "" : " ").append(Network.NAMES.get(out.port())).append(':')
                    .append(kind(out.packet()));
        }
        return text.isEmpty() ? "silent" : text.toString();
    }

    private static String kind(byte[] packet) {
        boolean four = Build.isV4(packet);
        int protocol = packet[four ? 9 : 6] & 0xff;
        int at = four ? Build.ip4(packet).headerLength() : 40;
        boolean piece = four && Build.ip4(packet).fragmentOffset() != 0;
        boolean icmp = protocol == IpProtocol.ICMP && four || protocol == IpProtocol.ICMPV6 && !four;
        return icmp && !piece ? (packet[at] & 0xff) + "/" + (packet[at + 1] & 0xff) : "p" + protocol;
    }

    private void v4(byte[] packet) {
        Ipv4Header ip = new Ipv4Header().wrap(buf, 0);
        put("check", ip.check(packet.length));
        put("bytes", packet.length);
        put("headerLength", ip.headerLength());
        put("typeOfService", ip.typeOfService());
        put("totalLength", ip.totalLength());
        boolean own = OWN.contains(ByteBufUtil.hexDump(packet, 12, 4));
        put("identification", own && !ip.dontFragment() ? "any" : ip.identification());
        put("flags", packet[6] & 0xe0);
        put("fragmentOffset", ip.fragmentOffset());
        put("timeToLive", ip.timeToLive());
        put("protocol", ip.protocol());
        put("source", ByteBufUtil.hexDump(packet, 12, 4));
        put("destination", ByteBufUtil.hexDump(packet, 16, 4));
        put("options", options(packet, ip.headerLength()));
        if (ip.protocol() == IpProtocol.ICMP && own && ip.fragmentOffset() == 0) {
            put("checksum", ip.moreFragments() || InternetChecksum.isValid(buf, ip.payloadAt(), ip.payloadLength()));
            icmp(ip.payloadAt(), ip.totalLength());
        } else {
            put("payload", ByteBufUtil.hexDump(packet, ip.headerLength(), packet.length - ip.headerLength()));
        }
    }

    private static String options(byte[] packet, int end) {
        byte[] options = Build.cut(packet, 20, end);
        if (options.length > 0 && (options[0] & 0xff) == TIMESTAMP) {
            int step = options[3] == 0 ? 4 : 8;
            for (int at = 4 + step - 4; at + 4 <= options[2] - 1; at += step) {
                boolean set = options[at] != 0 || options[at + 1] != 0;
                options[at] = options[at + 1] = options[at + 2] = options[at + 3] = (byte) (set ? 0xee : 0);
            }
        }
        return ByteBufUtil.hexDump(options);
    }

    private void v6(byte[] packet) {
        Ipv6Header ip = new Ipv6Header().wrap(buf, 0);
        put("check", ip.check(packet.length));
        put("bytes", packet.length);
        put("trafficClass", ip.trafficClass());
        boolean own = OWN.contains(ByteBufUtil.hexDump(packet, 8, 16));
        put("flowLabel", own ? "any" : ip.flowLabel());
        put("payloadLength", ip.payloadLength());
        put("nextHeader", ip.nextHeader());
        put("hopLimit", ip.hopLimit());
        put("source", ByteBufUtil.hexDump(packet, 8, 16));
        put("destination", ByteBufUtil.hexDump(packet, 24, 16));
        if (own && ip.nextHeader() == IpProtocol.FRAGMENT) {
            Ipv6Fragment fragment = new Ipv6Fragment().wrap(buf, 40);
            put("fragmentOffset", fragment.offset());
            put("moreFragments", fragment.moreFragments());
            put("fragmentNextHeader", fragment.nextHeader());
            put("payload", ByteBufUtil.hexDump(packet, 48, packet.length - 48));
        } else if (own && ip.nextHeader() == IpProtocol.ICMPV6) {
            put("checksum", new IcmpHeader().wrap(buf, 40).checksumValid(ip, ip.payloadLength()));
            icmp(40, packet.length);
        } else {
            put("payload", ByteBufUtil.hexDump(packet, 40, packet.length - 40));
        }
    }

    private void icmp(int at, int end) {
        put("type", buf.getUnsignedByte(at));
        put("code", buf.getUnsignedByte(at + 1));
        put("rest", ByteBufUtil.hexDump(buf, at + 4, 4));
        put("quote", ByteBufUtil.hexDump(quote(Build.cut(buf.array(), at + 8, end))));
    }

    /** The kernel writes into options before it quotes them; we do not. See {@link DifferentialTest}. */
    private static byte[] quote(byte[] quoted) {
        if (quoted.length >= 20 && Build.isV4(quoted)) {
            for (int i = 20; i < Math.min(quoted.length, (quoted[0] & 0xf) * 4); i++) {
                quoted[i] = 0;
            }
        }
        return quoted;
    }

    private void put(String name, Object value) {
        fields.put(name, String.valueOf(value));
    }
}
