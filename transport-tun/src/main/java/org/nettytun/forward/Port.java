package org.nettytun.forward;

import io.netty.channel.Channel;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/** One interface as the router sees it. Immutable but for the MTU; any thread. */
public final class Port {
    private final int index;
    private final String name;
    private final List<InetAddress> addresses;
    private final List<? extends Channel> queues;
    private final List<Egress> ways;
    private final SegmentLimit segments;
    private final int v4;
    private final boolean v6;
    private final long v6High;
    private final long v6Low;
    private volatile int mtu;

    /**
     * @param index     among the router's ports, from 0
     * @param name      for people
     * @param mtu       bytes of the longest packet that fits
     * @param addresses the router's own here; the first of a family, no link-local one, is the source of
     *                  what it says
     * @param segments  what TCP is told of the size of segments that come or go here
     * @param queues    at least one; a flow stays on the queue the kernel chose for it
     */
    public Port(int index, String name, int mtu, List<InetAddress> addresses, SegmentLimit segments,
                List<? extends Channel> queues) {
        this.index = index;
        this.name = name;
        this.mtu = mtu;
        this.addresses = List.copyOf(addresses);
        this.segments = segments;
        this.queues = List.copyOf(queues);
        this.ways = this.queues.stream().map(Egress::new).toList();
        this.v4 = addresses.stream().filter(Inet4Address.class::isInstance).findFirst().map(Addresses::v4).orElse(0);
        InetAddress six = addresses.stream()
                .filter(each -> !(each instanceof Inet4Address) && !each.isLinkLocalAddress()).findFirst().orElse(null);
        this.v6 = six != null;
        this.v6High = six == null ? 0 : Addresses.high(six);
        this.v6Low = six == null ? 0 : Addresses.low(six);
    }

    /** Among the router's ports, from 0. */
    public int index() {
        return index;
    }

    /** For people. */
    public String name() {
        return name;
    }

    /** Bytes of the longest packet that fits. */
    public int mtu() {
        return mtu;
    }

    /** Says that from now on longer or only shorter packets fit. */
    public void mtu(int mtu) {
        this.mtu = mtu;
    }

    /** The router's own here. */
    public List<InetAddress> addresses() {
        return addresses;
    }

    /** The channels of the device. */
    public List<? extends Channel> queues() {
        return queues;
    }

    Egress egress(int queue) {
        return ways.get(queue);
    }

    SegmentLimit segments() {
        return segments;
    }

    /** The first IPv4 address here; 0 if there is none. */
    int v4() {
        return v4;
    }

    boolean hasV6() {
        return v6;
    }

    /** The upper 64 bits of the first IPv6 address here. */
    long v6High() {
        return v6High;
    }

    /** The lower 64 bits of the first IPv6 address here. */
    long v6Low() {
        return v6Low;
    }

    @Override
    public String toString() {
        return name;
    }
}
