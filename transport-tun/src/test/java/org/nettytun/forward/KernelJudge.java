package org.nettytun.forward;

import org.nettytun.linux.Errno;
import org.nettytun.linux.TunFd;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.linux.fixture.TestIo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The kernel's router, in a namespace of its own; the test reads its three links. */
final class KernelJudge implements Judge {
    private static final int LONGEST = 65_536;

    private final Netns netns = Netns.quiet();
    private final List<TunFd> links = new ArrayList<>();
    private final byte[] into = new byte[LONGEST];

    KernelJudge() throws Exception {
        set("ipv4/ip_forward", "1");
        set("ipv6/conf/all/forwarding", "1");
        for (String all : List.of("all", "default")) {
            set("ipv4/conf/" + all + "/rp_filter", "0");
            set("ipv6/conf/" + all + "/accept_dad", "0");
        }
        set("ipv4/icmp_ratemask", "0");
        set("ipv6/icmp/ratemask", "");
        set("ipv6/icmp/ratelimit", "0");
        for (int i = 0; i < Network.NAMES.size(); i++) {
            String name = Network.NAMES.get(i);
            links.add(netns.namespace().call(() -> TunFd.open(name, Set.of())));
            netns.ip("link", "set", "dev", name, "mtu", Network.MTUS.get(i).toString());
            for (String address : Network.ADDRESSES.get(i)) {
                netns.ip("address", "add", address, "dev", name);
            }
            netns.ip("link", "set", "dev", name, "up");
        }
        for (String route : Network.ROUTES) {
            netns.ip(("route add " + route).split(" "));
        }
        netns.ip("route", "add", "fe80::/64", "dev", "a");   // ours are always there
        drain(0);
    }

    private void set(String sysctl, String value) {
        netns.exec("sh", "-c", "echo " + value + " > /proc/sys/net/" + sysctl);
    }

    @Override
    public List<Out> inject(int port, byte[] packet) {
        int written = TestIo.write(links.get(port).fd(), packet);
        boolean ip = packet[0] >>> 4 == 4 || packet[0] >>> 4 == 6;
        assertEquals(ip ? packet.length : -Errno.EINVAL, written);
        List<Out> outs = new ArrayList<>();
        for (int i = 0; i < links.size(); i++) {
            outs.addAll(drain(i));
        }
        return outs;
    }

    /** A write returns when the packet has gone all the way, so all there is waits. */
    private List<Out> drain(int port) {
        List<Out> outs = new ArrayList<>();
        for (int n = read(port); n > 0; n = read(port)) {
            if (!isChatter(into)) {
                outs.add(new Out(port, Arrays.copyOf(into, n)));
            }
        }
        return outs;
    }

    private int read(int port) {
        int n = TestIo.read(links.get(port).fd(), into);
        if (n < 0) {
            assertEquals(-Errno.EAGAIN, n);
        }
        return n;
    }

    /** What the kernel says of itself: groups it joins, routers it looks for. */
    private static boolean isChatter(byte[] packet) {
        return packet[0] >>> 4 == 6 && packet[24] == (byte) 0xff && packet[25] == 2;
    }

    @Override
    public void close() {
        links.forEach(TunFd::close);
        netns.close();
    }
}
