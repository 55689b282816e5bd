package org.nettytun.forward;

import org.nettytun.forward.DifferentialTest.Case;
import org.nettytun.packet.IpProtocol;
import org.nettytun.packet.TcpHeader;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import static org.nettytun.forward.Build.cut;
import static org.nettytun.forward.Build.extension;
import static org.nettytun.forward.Build.flags;
import static org.nettytun.forward.Build.hops;
import static org.nettytun.forward.Build.icmp;
import static org.nettytun.forward.Build.join;
import static org.nettytun.forward.Build.numbered;
import static org.nettytun.forward.Build.options;
import static org.nettytun.forward.Build.piece4;
import static org.nettytun.forward.Build.piece6;
import static org.nettytun.forward.Build.ping;
import static org.nettytun.forward.Build.raw;
import static org.nettytun.forward.Build.tcp;
import static org.nettytun.forward.Build.udp;
import static org.nettytun.forward.Build.v4;
import static org.nettytun.forward.Build.v6;
import static org.nettytun.forward.Build.with;

/** Packets about which we agree with the kernel, a few for each of its checks. */
final class Cases {
    private static final String A4 = "10.1.0.7";
    private static final String B4 = "10.2.0.7";
    private static final String C4 = "10.3.0.7";
    private static final String A6 = "fd01::7";
    private static final String B6 = "fd02::7";
    private static final String OWN_A4 = "10.1.0.254";
    private static final String OWN_B4 = "10.2.0.254";
    private static final String OWN_A6 = "fd01::fe";
    private static final String OWN_B6 = "fd02::fe";

    private final List<Case> cases = new ArrayList<>();
    private int senders;

    static List<Case> all() {
        Cases made = new Cases();
        made.headers4();
        made.martians4();
        made.routes4();
        made.options4();
        made.hops4();
        made.sizes4();
        made.about4();
        made.local4();
        made.fragments4();
        made.headers6();
        made.addresses6();
        made.hopByHop6();
        made.forward6();
        made.about6();
        made.local6();
        made.fragments6();
        return made.cases;
    }

    private void add(String name, byte[]... packets) {
        cases.add(new Case(name, 0, Arrays.asList(packets)));
    }

    private void addAtB(String name, byte[]... packets) {
        cases.add(new Case(name, 1, Arrays.asList(packets)));
    }

    /** A sender whom the kernel has told nothing yet: how often it says "unreachable" has a limit of its own. */
    private String fresh() {
        return "10.8.0." + ++senders;
    }

    private void headers4() {
        byte[] good = udp(A4, B4, 100);
        add("v4: a good packet", good);
        addAtB("v4: and back", udp(B4, A4, 100));
        add("v4: header alone", v4(A4, B4, 253, new byte[0]));
        for (int length : new int[] {1, 19, 20, 27, 99}) {
            add("v4: cut to " + length, cut(good, 0, length));
        }
        add("v4: ihl 4", with(good, 0, 0x44));
        add("v4: ihl beyond the packet", raw(cut(good, 0, 30), 0, 0x4f));
        add("v4: wrong checksum", raw(good, 10, 0));
        add("v4: total length below the header's", with(with(good, 2, 0), 3, 19));
        add("v4: total length beyond the packet", with(good, 3, 101));
        add("v4: bytes behind the packet are trimmed", join(good, numbered(9)));
        add("v4: reserved bit is kept", flags(good, 0x8000));
        add("v4: every bit of TOS is kept", with(good, 1, 0xff));
    }

    private void martians4() {
        for (String source : List.of("224.0.0.1", "239.1.2.3", "255.255.255.255", "0.0.0.0", "127.0.0.1", OWN_A4,
                OWN_B4)) {
            add("v4: from " + source, udp(source, B4, 60));
        }
        for (String destination : List.of("224.0.0.1", "224.0.0.9", "239.1.2.3", "255.255.255.255", "0.0.0.0",
                "127.0.0.1", "10.1.0.255", "10.2.0.255")) {
            add("v4: to " + destination, udp(A4, destination, 60));
            add("v4: ping to " + destination, ping(A4, destination, 60));
        }
        add("v4: from a subnet's broadcast address it is forwarded", udp("10.1.0.255", B4, 60));
        add("v4: class E is forwarded", udp(A4, "240.1.2.3", 60));
        add("v4: from class E", udp("241.1.2.3", B4, 60));
    }

    private void routes4() {
        add("v4: static route", udp(fresh(), "10.9.3.3", 60));
        add("v4: no route", udp(fresh(), "10.77.0.1", 60));
        add("v4: unreachable", udp(fresh(), "10.66.1.1", 60));
        add("v4: prohibit", udp(fresh(), "10.66.2.1", 60));
        add("v4: blackhole", udp(fresh(), "10.66.3.1", 60));
        for (String to : List.of("10.77.0.1", "10.66.1.1", "10.66.2.1", "10.66.3.1")) {
            add("v4: to " + to + " with TTL 1", hops(udp(fresh(), to, 60), 1));
        }
        add("v4: no way back", udp("10.77.0.1", "10.77.0.2", 60));
        add("v4: no way back, but a way there", udp("10.77.0.1", B4, 60));
    }

    private void options4() {
        byte[] good = udp(A4, B4, 60);
        add("v4: options nobody knows", options(good, "1e041234 9e041234"));
        add("v4: NOPs and an end", options(good, "01010100"));
        add("v4: what follows the end is cleaned", options(good, "0100ffff"));
        add("v4: router alert", options(good, "94040000"));
        add("v4: record route", options(good, "07070400000000 00"));
        add("v4: record route, second slot", options(good, "070b08 01020304 00000000 00"));
        add("v4: record route full", options(good, "070708 01020304 00"));
        add("v4: record route towards " + C4, options(udp(A4, C4, 60), "01070704 00000000"));
        add("v4: timestamps", options(good, "44080500 00000000"));
        add("v4: timestamps and addresses", options(good, "44140501" + "00".repeat(16)));
        add("v4: timestamps full", options(good, "44040500"));
        add("v4: timestamps prespecified, not ours", options(good, "440c0503 0a090909 00000000"));
        add("v4: timestamps prespecified, ours", options(good, "440c0503 0a0200fe 00000000"));
        add("v4: timestamps of an unknown kind", options(good, "44080507 00000000"));
        add("v4: source routes are dropped", options(good, "83070400000000 00"));
        add("v4: strict source routes are dropped", options(good, "89070400000000 00"));
        for (String bad : List.of("07020000", "07030300", "070605000000 0000", "0703040703040000", "44030500",
                "44080400 00000000", "44080601 00000000", "440405f0", "4404050044040500", "94030000", "83020000",
                "83030300", "8303048903040000", "1e010000", "1e050000", "0101011e", "0100ff", "07070400")) {
            String padded = bad.replace(" ", "") + "00".repeat(Math.floorMod(-bad.replace(" ", "").length() / 2, 4));
            add("v4: options " + bad, options(good, padded));
        }
        add("v4: bad options and no route", options(udp(A4, "10.77.0.1", 60), "07020000"));
        add("v4: bad options and TTL 1", hops(options(good, "07020000"), 1));
    }

    private void hops4() {
        for (int hops : new int[] {0, 1, 2, 255}) {
            add("v4: TTL " + hops, hops(udp(A4, B4, 60), hops));
        }
        add("v4: TTL 1 to us", hops(ping(A4, OWN_A4, 60), 1));
        add("v4: the TOS of an error", hops(with(udp(A4, B4, 60), 1, 0xbb), 1));
        add("v4: an error quotes 576 bytes in all", hops(udp(A4, B4, 1400), 1));
        add("v4: TTL 1 and too big", hops(udp(A4, B4, 1500), 1));
        add("v4: TTL 1 with options", hops(options(udp(A4, B4, 60), "94040000"), 1));
        addAtB("v4: the error's source is of the way back", hops(udp("10.8.1.1", A4, 60), 1));
    }

    private void sizes4() {
        add("v4: as long as the MTU", udp(A4, B4, 1400));
        add("v4: too big", udp(A4, B4, 1401));
        add("v4: too big for the route", udp(A4, "10.9.1.1", 1301));
        add("v4: as long as the route's MTU", udp(A4, "10.9.1.1", 1300));
        add("v4: fragments", flags(udp(A4, B4, 1500), 0));
        add("v4: fragments for the route's MTU", flags(udp(A4, "10.9.1.1", 1500), 0));
        add("v4: three fragments", flags(udp(A4, C4, 1500), 0));
        add("v4: a first fragment is fragmented", flags(udp(A4, C4, 1500), 0x2000));
        add("v4: a later fragment is fragmented", flags(udp(A4, C4, 1500), 0x2064));
        add("v4: the last fragment is fragmented", flags(udp(A4, C4, 1499), 0x0064));
        add("v4: a fragment with DF that is too big", flags(udp(A4, B4, 1500), 0x6000));
        add("v4: fragments with options", options(flags(udp(A4, B4, 1480), 0), "94040000 1e041234 9e041234 01010101"));
        add("v4: fragments with a recorded route", options(flags(udp(A4, C4, 1480), 0), "070704 00000000 00"));
        add("v4: a later fragment with options", options(flags(udp(A4, C4, 1480), 0x2064), "1e041234 9e041234"));
        add("v4: fragments of odd length", flags(udp(A4, C4, 1111), 0));
        add("v4: the error's MTU towards a small link", udp(A4, C4, 577));
    }

    private void about4() {
        String nowhere = "10.77.0.1";
        for (int type : new int[] {3, 4, 5, 11, 12, 19, 200}) {
            add("v4: never about ICMP " + type, icmp(fresh(), nowhere, type, 0, 60));
        }
        for (int type : new int[] {0, 8, 13, 14, 15, 16, 17, 18}) {
            add("v4: about ICMP " + type, icmp(fresh(), nowhere, type, 0, 60));
        }
        add("v4: never about ICMP without a type", v4(fresh(), nowhere, IpProtocol.ICMP, new byte[0]));
        add("v4: about ICMP of one byte", v4(fresh(), nowhere, IpProtocol.ICMP, new byte[] {8}));
        add("v4: about a first fragment", flags(udp(fresh(), nowhere, 60), 0x2000));
        add("v4: never about a later one", flags(udp(fresh(), nowhere, 60), 0x2001));
        add("v4: never about the last one", flags(udp(fresh(), nowhere, 60), 1));
        add("v4: bad options of a later fragment", options(flags(udp(fresh(), B4, 60), 1), "07020000"));
    }

    private void local4() {
        add("v4: ping", ping(A4, OWN_A4, 84));
        add("v4: ping of the other side", ping(A4, OWN_B4, 84));
        add("v4: ping of 8 bytes", ping(A4, OWN_A4, 28));
        add("v4: ping too short", v4(A4, OWN_A4, IpProtocol.ICMP, new byte[] {8, 0, (byte) 0xf7, (byte) 0xff}));
        add("v4: ping with a TOS", with(ping(A4, OWN_A4, 84), 1, 0xbb));
        add("v4: ping with a wrong checksum", raw(ping(A4, OWN_A4, 84), 30, 1));
        add("v4: ping, its answer is fragmented", ping("10.7.1.1", OWN_A4, 1500));
        add("v4: ping with a recorded route", options(ping(A4, OWN_A4, 60), "07130400" + "00".repeat(16)));
        add("v4: ping with a recorded route, NOP first", options(ping(A4, OWN_A4, 60), "01070704 00000000"));
        add("v4: ping with timestamps", options(ping(A4, OWN_A4, 60), "44140501" + "00".repeat(16)));
        add("v4: ping with a router alert", options(ping(A4, OWN_A4, 60), "94040000"));
        add("v4: ping with bad options", options(ping(A4, OWN_A4, 60), "07020000"));
        add("v4: an echo reply", icmp(A4, OWN_A4, 0, 0, 84));
        add("v4: an ICMP type nobody knows", icmp(A4, OWN_A4, 77, 0, 84));
        add("v4: port unreachable", udp(A4, OWN_A4, 100));
        add("v4: port unreachable of the other side", udp(A4, OWN_B4, 100));
        add("v4: UDP without a checksum", raw(raw(udp(A4, OWN_A4, 100), 26, 0), 27, 0));
        add("v4: UDP with a wrong checksum", raw(udp(A4, OWN_A4, 100), 99, 1));
        add("v4: UDP whose length is too long", raw(udp(A4, OWN_A4, 100), 25, 200));
        add("v4: UDP whose length is too short", raw(udp(A4, OWN_A4, 100), 25, 7));
        add("v4: protocol unreachable", v4(A4, OWN_A4, 253, numbered(40)));
        add("v4: a SYN", tcp(A4, OWN_A4, TcpHeader.SYN, "020405b4", 0));
        add("v4: a SYN with a TOS", with(tcp(A4, OWN_A4, TcpHeader.SYN, "", 0), 1, 0xff));
        add("v4: a SYN with a recorded route",
                options(tcp(A4, OWN_A4, TcpHeader.SYN, "", 0), "070f04" + "00".repeat(13)));
        add("v4: a SYN with data", tcp(A4, OWN_A4, TcpHeader.SYN, "", 10));
        add("v4: an ACK", tcp(A4, OWN_A4, TcpHeader.ACK, "", 10));
        add("v4: a FIN", tcp(A4, OWN_A4, TcpHeader.FIN, "", 10));
        add("v4: a SYN and ACK", tcp(A4, OWN_A4, TcpHeader.SYN | TcpHeader.ACK, "", 0));
        add("v4: no flags", tcp(A4, OWN_A4, 0, "", 0));
        add("v4: a RST", tcp(A4, OWN_A4, TcpHeader.RST, "", 0));
        add("v4: a SYN with a wrong checksum", raw(tcp(A4, OWN_A4, TcpHeader.SYN, "", 0), 39, 1));
        add("v4: a SYN whose header is too short", raw(tcp(A4, OWN_A4, TcpHeader.SYN, "", 0), 32, 0x40));
        add("v4: a SYN cut", v4(A4, OWN_A4, IpProtocol.TCP, numbered(12)));
        add("v4: to us, from nowhere", udp("10.77.0.1", OWN_A4, 100));
    }

    private void fragments4() {
        byte[] whole = ping(A4, OWN_A4, 3000);
        byte[] first = piece4(whole, 0, 1480, true);
        byte[] second = piece4(whole, 1480, 1480, true);
        byte[] third = piece4(whole, 2960, 20, false);
        add("v4: ping in fragments", first, second, third);
        add("v4: ping in fragments, backwards", third, second, first);
        add("v4: ping in fragments, mixed", second, first, third);
        add("v4: a fragment twice", first, first, second, second, third);
        byte[] id = with(whole, 5, 0x99);
        add("v4: a fragment overlaps", piece4(id, 0, 1480, true), piece4(id, 1472, 1488, true),
                piece4(id, 2960, 20, false));
        byte[] small = ping(A4, OWN_A4, 220);
        add("v4: ping in tiny fragments", piece4(small, 0, 8, true), piece4(small, 16, 8, true),
                piece4(small, 8, 8, true), piece4(small, 24, 176, false));
        byte[] datagram = with(udp(A4, OWN_A4, 2000), 5, 0x77);
        add("v4: UDP in fragments", piece4(datagram, 0, 1000, true), piece4(datagram, 1000, 980, false));
        add("v4: the longest ping", longest4());
    }

    private static byte[][] longest4() {
        byte[] whole = with(ping(A4, OWN_A4, 65535), 5, 0x55);
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < 65515; from += 1480) {
            pieces.add(piece4(whole, from, Math.min(1480, 65515 - from), from + 1480 < 65515));
        }
        return pieces.toArray(byte[][]::new);
    }

    private void headers6() {
        byte[] good = udp(A6, B6, 100);
        add("v6: a good packet", good);
        addAtB("v6: and back", udp(B6, A6, 100));
        add("v6: header alone", v6(A6, B6, 59, new byte[0]));
        for (int length : new int[] {1, 39, 40, 99}) {
            add("v6: cut to " + length, cut(good, 0, length));
        }
        add("v6: bytes behind the packet are trimmed", join(good, numbered(9)));
        add("v6: traffic class and flow label are kept", raw(raw(raw(good, 0, 0x6b), 1, 0xcd), 2, 0xef));
        add("v6: next headers are not looked at", v6(A6, B6, 200, numbered(30)));
        add("v6: a routing header in transit", extension(good, IpProtocol.ROUTING, "0000 0001 00000000"));
        add("v6: destination options in transit",
                extension(good, IpProtocol.DESTINATION_OPTIONS, "0000 be0401020304"));
    }

    private void addresses6() {
        for (String source : List.of("::1", "ff02::1", "ff0e::1", "::")) {
            add("v6: from " + source, udp(source, B6, 100));
        }
        for (String destination : List.of("::1", "ff00::1", "ff01::1", "ff05::99", "ff0e::1", "::")) {
            add("v6: to " + destination, udp(A6, destination, 100));
        }
        add("v6: from an address of ours it is forwarded", udp(OWN_A6, B6, 100));
        add("v6: a link-local source", udp("fe80::7", B6, 100));
        add("v6: a link-local source to us", ping("fe80::7", OWN_A6, 100));
        add("v6: a link-local source, port unreachable", udp("fe80::7", OWN_A6, 100));
        add("v6: a link-local source, a SYN", tcp("fe80::7", OWN_A6, TcpHeader.SYN, "", 0));
        add("v6: back by the same interface", udp(A6, "fd08::1", 100));
        add("v6: from :: to us", udp("::", OWN_A6, 100));
    }

    private void hopByHop6() {
        byte[] good = udp(A6, B6, 100);
        for (String options : List.of("0000 010400000000", "0000 050200000100", "0000 000000000000",
                "0000 3e0401020304",
                "0000 7e0401020304", "0000 be0401020304", "0000 fe0401020304", "0000 010400000001", "0000 050300000001",
                "0001 010c000000000000000000000000", "0000 3e0a01020304", "0001 3e003e003e003e003e003e003e00",
                "0002 3e003e003e003e003e003e003e003e003e00 01020000", "0000 3e0201 02 be00")) {
            add("v6: hop-by-hop " + options, extension(good, IpProtocol.HOP_BY_HOP, options));
        }
        byte[] group = udp(A6, "ff0e::1", 100);
        add("v6: hop-by-hop 10 to a group", extension(group, IpProtocol.HOP_BY_HOP, "0000 be0401020304"));
        add("v6: hop-by-hop 11 to a group", extension(group, IpProtocol.HOP_BY_HOP, "0000 fe0401020304"));
        add("v6: hop-by-hop longer than the packet", extension(good, IpProtocol.HOP_BY_HOP, "00ff 010400000000"));
        add("v6: hop-by-hop unknown, no route",
                extension(udp(A6, "fd77::1", 100), IpProtocol.HOP_BY_HOP, "0000 be0401020304"));
        add("v6: hop-by-hop unknown, last hop", hops(extension(good, IpProtocol.HOP_BY_HOP, "0000 be0401020304"), 1));
        add("v6: hop-by-hop to us", extension(ping(A6, OWN_A6, 100), IpProtocol.HOP_BY_HOP, "0000 050200000100"));
    }

    private void forward6() {
        add("v6: static route", udp(A6, "fd09::9", 100));
        for (String to : List.of("fd77::1", "fd66:1::1", "fd66:2::1", "fd66:3::1")) {
            add("v6: to " + to, udp(A6, to, 100));
            add("v6: to " + to + " on the last hop", hops(udp(A6, to, 100), 1));
        }
        for (int hops : new int[] {0, 1, 2, 255}) {
            add("v6: hop limit " + hops, hops(udp(A6, B6, 100), hops));
        }
        add("v6: an error quotes 1280 bytes in all", hops(udp(A6, B6, 1400), 1));
        add("v6: as long as the MTU", udp(A6, B6, 1400));
        add("v6: too big", udp(A6, B6, 1401));
        add("v6: too big for the route", udp(A6, "fd09:0:1::9", 1301));
        add("v6: as long as the route's MTU", udp(A6, "fd09:0:1::9", 1300));
        add("v6: no way back", hops(udp("fd77::1", B6, 100), 1));
        add("v6: no way back, but a way there", udp("fd77::1", B6, 100));
        add("v6: too big and the last hop", hops(udp(A6, B6, 1500), 1));
    }

    private void about6() {
        String nowhere = "fd77::1";
        for (int type : new int[] {1, 2, 3, 4, 100, 127}) {
            add("v6: never about ICMPv6 " + type, icmp(A6, nowhere, type, 0, 100));
        }
        for (int type : new int[] {128, 129, 130, 133, 200}) {
            add("v6: about ICMPv6 " + type, icmp(A6, nowhere, type, 0, 100));
        }
        add("v6: never about ICMPv6 without a type", v6(A6, nowhere, IpProtocol.ICMPV6, new byte[0]));
        add("v6: never about an error behind options",
                extension(icmp(A6, nowhere, 1, 0, 100), IpProtocol.DESTINATION_OPTIONS, "0000 010400000000"));
        add("v6: about a first fragment", piece6(udp(A6, nowhere, 200), 0, 80, true));
        add("v6: about a later fragment", piece6(udp(A6, nowhere, 200), 80, 80, false));
        add("v6: about a later fragment of an error", piece6(icmp(A6, nowhere, 1, 0, 200), 80, 80, false));
        add("v6: never about a first fragment of an error", piece6(icmp(A6, nowhere, 1, 0, 200), 0, 80, true));
    }

    private void local6() {
        add("v6: ping", ping(A6, OWN_A6, 104));
        add("v6: ping of the other side", ping(A6, OWN_B6, 104));
        add("v6: ping on its last hop", hops(ping(A6, OWN_A6, 104), 1));
        add("v6: ping with a traffic class", raw(raw(ping(A6, OWN_A6, 104), 0, 0x6b), 1, 0xb0));
        add("v6: ping with a wrong checksum", raw(ping(A6, OWN_A6, 104), 60, 1));
        add("v6: ping too short", v6(A6, OWN_A6, IpProtocol.ICMPV6, new byte[] {(byte) 128, 0, 0, 0}));
        add("v6: ping, its answer is fragmented", ping("fd02::7", OWN_A6, 1500));
        add("v6: an ICMPv6 type nobody knows", icmp(A6, OWN_A6, 200, 0, 104));
        add("v6: port unreachable", udp(A6, OWN_A6, 100));
        add("v6: port unreachable of the other side", udp(A6, OWN_B6, 100));
        add("v6: UDP without a checksum", raw(raw(udp(A6, OWN_A6, 100), 46, 0), 47, 0));
        add("v6: UDP with a wrong checksum", raw(udp(A6, OWN_A6, 100), 99, 1));
        add("v6: a next header nobody knows", v6(A6, OWN_A6, 253, numbered(40)));
        add("v6: no next header", v6(A6, OWN_A6, IpProtocol.NO_NEXT_HEADER, numbered(8)));
        add("v6: a SYN", tcp(A6, OWN_A6, TcpHeader.SYN, "020405a0", 0));
        add("v6: a SYN with a traffic class", raw(tcp(A6, OWN_A6, TcpHeader.SYN, "", 0), 1, 0xf0));
        add("v6: an ACK", tcp(A6, OWN_A6, TcpHeader.ACK, "", 10));
        add("v6: a RST", tcp(A6, OWN_A6, TcpHeader.RST, "", 0));
        byte[] ping = ping(A6, OWN_A6, 104);
        add("v6: ping behind destination options",
                extension(ping, IpProtocol.DESTINATION_OPTIONS, "0000 010400000000"));
        add("v6: a destination option nobody knows",
                extension(ping, IpProtocol.DESTINATION_OPTIONS, "0000 be0401020304"));
        add("v6: a destination option to skip", extension(ping, IpProtocol.DESTINATION_OPTIONS, "0000 3e0401020304"));
        add("v6: a destination option to drop", extension(ping, IpProtocol.DESTINATION_OPTIONS, "0000 7e0401020304"));
        add("v6: a routing header of type 0", extension(ping, IpProtocol.ROUTING, "0000 0001 00000000"));
        add("v6: a routing header that is done", extension(ping, IpProtocol.ROUTING, "0000 0000 00000000"));
        add("v6: an unknown header behind options",
                extension(v6(A6, OWN_A6, 253, numbered(8)), IpProtocol.DESTINATION_OPTIONS, "0000 010400000000"));
    }

    private void fragments6() {
        byte[] whole = ping(A6, OWN_A6, 3000);
        byte[] first = piece6(whole, 0, 1448, true);
        byte[] second = piece6(whole, 1448, 1448, true);
        byte[] third = piece6(whole, 2896, 64, false);
        add("v6: ping in fragments", first, second, third);
        add("v6: ping in fragments, backwards", third, second, first);
        add("v6: a fragment twice", first, first, second, second, third);
        byte[] other = ping("fd01::8", OWN_A6, 3000);
        add("v6: a fragment overlaps", piece6(other, 0, 1448, true), piece6(other, 1440, 1456, true),
                piece6(other, 2896, 64, false));
        add("v6: an atomic fragment", piece6(ping(A6, OWN_A6, 104), 0, 64, false));
        add("v6: a fragment of odd length", piece6(ping("fd01::9", OWN_A6, 200), 0, 81, true));
        add("v6: a fragment beyond 65535", piece6(join(v6("fd01::9", OWN_A6, 58, new byte[0]), numbered(65600)), 65528,
                64, false));
        add("v6: a first fragment without its header", piece6(ping("fd01::10", OWN_A6, 200), 0, 0, true));
        add("v6: the longest ping", longest6());
    }

    private static byte[][] longest6() {
        byte[] whole = ping("fd01::11", OWN_A6, 65575);
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < 65535; from += 1448) {
            pieces.add(piece6(whole, from, Math.min(1448, 65535 - from), from + 1448 < 65535));
        }
        return pieces.toArray(byte[][]::new);
    }
}
