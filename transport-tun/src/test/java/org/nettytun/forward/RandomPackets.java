package org.nettytun.forward;

import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.TcpHeader;

import java.util.Random;

/** Packets of all kinds, good and bad, among those about which there is no known difference. Reproducible. */
final class RandomPackets {
    private static final String[] TO_4 = {"10.1.0.254", "10.2.0.254", "10.3.0.254", "10.9.7.7", "10.9.1.7", "10.7.1.1",
        "10.66.1.1", "10.66.2.1", "10.66.3.1", "10.77.0.1", "224.0.0.5", "255.255.255.255", "127.0.0.1", "10.2.0.255",
        "10.3.0.9"};
    private static final String[] FROM_6 = {"fd01::7", "fd08::4"};
    private static final String[] FROM_6_B = {"fd02::7", "fd09::4"};
    private static final String[] TO_6 = {"fd01::fe", "fd02::fe", "fd66:1::1", "fd66:2::1", "fd66:3::1", "fd77::1",
        "ff01::1", "::1"};
    private static final String[] OPTIONS_4 = {"01010101", "94040000", "070704 00000000 00", "07030400", "07030300",
        "1e041234", "9e041234", "070b04 0000000000000000 01", "070f04 000000000000000000000000 01", "0700ffff",
        "01010107", "94030000"};
    private static final String[] EXTENSIONS_6 = {"0000 010400000000", "0000 050200000100", "0000 3e0401020304",
        "0000 7e0401020304", "0000 be0401020304", "0000 fe0401020304", "0001 be0401020304 01060000000000 00"};

    private final Random random;

    RandomPackets(long seed) {
        random = new Random(seed);
    }

    byte[] next(int port) {
        byte[] packet = random.nextBoolean() ? v4(port) : v6(port);
        if (random.nextInt(12) == 0) {
            packet = Build.cut(packet, 0, 1 + random.nextInt(packet.length));
        } else if (random.nextInt(12) == 0) {
            packet = Build.join(packet, Build.numbered(random.nextInt(30)));
        }
        return packet;
    }

    private byte[] v4(int port) {
        // a fresh one: how often the kernel says "unreachable" has a limit of its own
        String from = (port == 0 ? "10.8." : "10.9.") + random.nextInt(256) + "." + random.nextInt(256);
        String to = random.nextInt(3) == 0 ? port == 0 ? "10.2.0.9" : "10.1.0.9" : pick(TO_4);
        byte[] packet = withoutSameWay(port, payload(from, to, 20));
        if (random.nextInt(3) == 0) {
            packet = Build.options(packet, pick(OPTIONS_4));
        }
        if (random.nextInt(2) == 0) {
            packet = Build.flags(packet, random.nextInt(2) == 0 ? 0 : 0x8000);
        }
        packet = Build.with(packet, 1, random.nextInt(256));
        packet = Build.with(packet, 8, random.nextInt(3) == 0 ? random.nextInt(3) : random.nextInt(256));
        return random.nextInt(20) == 0 ? Build.raw(packet, random.nextInt(20), random.nextInt(256)) : packet;
    }

    /** A packet that goes back to where it came from has its own cases. */
    private byte[] withoutSameWay(int port, byte[] packet) {
        boolean same = port == 1 && packet[16] == 10 && packet[17] == 9;
        return same ? Build.with(packet, 17, 77) : packet;
    }

    private byte[] v6(int port) {
        String from = pick(port == 0 ? FROM_6 : FROM_6_B);
        String to = random.nextInt(3) == 0 ? port == 0 ? pick("fd02::9", "fd09::9", "fd09:0:1::9") : "fd01::9"
                : pick(TO_6);
        byte[] packet = payload(from, to, 40);
        if (random.nextInt(3) == 0) {
            packet = Build.extension(packet, IpProtocol.HOP_BY_HOP, pick(EXTENSIONS_6));
        }
        packet[0] = (byte) (0x60 | random.nextInt(16));
        packet[1] = (byte) random.nextInt(256);
        return Build.hops(packet, random.nextInt(3) == 0 ? random.nextInt(3) : random.nextInt(256));
    }

    private byte[] payload(String from, String to, int header) {
        int length = header + 8 + random.nextInt(random.nextInt(4) == 0 ? 1500 - header - 68 : 600);
        return switch (random.nextInt(4)) {
            case 0 -> Build.udp(from, to, length);
            case 1 -> Build.tcp(from, to, pick(TcpHeader.SYN, TcpHeader.ACK, TcpHeader.FIN | TcpHeader.ACK,
                    TcpHeader.RST), random.nextBoolean() ? "020405b4" : "", Math.min(length, 1300));
            case 2 -> Build.ping(from, to, length);
            default -> Build.icmp(from, to, header == 20 ? pick(3, 11, 12, 0) : pick(1, 2, 3, 4, 129), 0, length);
        };
    }

    private String pick(String... from) {
        return from[random.nextInt(from.length)];
    }

    private int pick(int... from) {
        return from[random.nextInt(from.length)];
    }
}
