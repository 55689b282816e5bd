package org.nettytun.forward;

import org.nettytun.forward.DifferentialTest.Deviation;
import org.nettytun.packet.IpProtocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import static org.nettytun.forward.Build.extension;
import static org.nettytun.forward.Build.icmp;
import static org.nettytun.forward.Build.piece4;
import static org.nettytun.forward.Build.ping;
import static org.nettytun.forward.Build.raw;
import static org.nettytun.forward.Build.udp;
import static org.nettytun.forward.Build.with;

/** Packets with which we deal otherwise than the kernel, and why: docs/router.md, in the same order. */
final class Deviations {
    private static final String FORWARDED = "b:p17";
    private static final String SILENT = "silent";

    private final List<Deviation> deviations = new ArrayList<>();

    static List<Deviation> all() {
        Deviations made = new Deviations();
        made.addresses();
        made.answers();
        made.headers();
        return made.deviations;
    }

    private void add(String name, String kernel, String ours, byte[]... packets) {
        deviations.add(new Deviation(name, 0, Arrays.asList(packets), kernel, ours));
    }

    private void addresses() {
        add("to 169.254/16", FORWARDED, SILENT, udp("10.1.0.7", "169.254.1.1", 60));
        add("from 169.254/16", FORWARDED, SILENT, udp("169.254.1.1", "10.2.0.7", 60));
        add("to 0/8", FORWARDED, SILENT, udp("10.1.0.7", "0.1.2.3", 60));
        add("from 0/8", FORWARDED, SILENT, udp("0.1.2.3", "10.2.0.7", 60));
        add("an IPv4 redirect", "a:5/1 a:p17", "a:p17", udp("10.1.0.9", "10.8.1.1", 60));
        add("an IPv4 redirect on the link", "a:5/1 a:p17", "a:p17", udp("10.1.0.10", "10.1.0.9", 60));
        add("back to the IPv6 link", "a:p17", "a:1/3", udp("fd01::9", "fd01::10", 60));
        add("a link-local source back to its link", "a:p17", "a:1/2", udp("fe80::9", "fd08::1", 60));
        add("to fe80::/10", "a:p17", SILENT, udp("fd01::7", "fe80::99", 60));
        add("all IPv6 nodes", "a:129/0", SILENT, ping("fd01::7", "ff02::1", 60));
    }

    private void answers() {
        add("an error to class E", "b:11/0", SILENT, Build.hops(udp("240.1.2.3", "10.2.0.7", 60), 1));
        add("an error to a subnet's broadcast address", "a:11/0", SILENT,
                Build.hops(udp("10.1.0.255", "10.2.0.7", 60), 1));
        add("an error about an IPv6 redirect", "a:1/0", SILENT, icmp("fd01::7", "fd77::1", 137, 0, 100));
        add("an ICMP timestamp request", "a:14/0", SILENT, icmp("10.1.0.7", "10.1.0.254", 13, 0, 40));
    }

    private void headers() {
        byte[] good = udp("fd01::7", "fd02::7", 100);
        byte[] jumbo = raw(raw(extension(good, IpProtocol.HOP_BY_HOP, "0000 010400000000"), 4, 0), 5, 0);
        add("a hop-by-hop header, and payload length 0", "b:p0", SILENT, jumbo);
        byte[] odd = with(ping("10.1.0.7", "10.1.0.254", 220), 5, 0x31);
        add("an IPv4 fragment whose length is no multiple of 8", "a:0/0", SILENT, piece4(odd, 0, 81, true),
                piece4(odd, 80, 120, false));
    }
}
