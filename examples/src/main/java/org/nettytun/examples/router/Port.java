package org.nettytun.examples.router;

import io.netty.channel.Channel;
import org.nettytun.examples.ip.AddressBits;

import java.net.InetAddress;
import java.util.List;

/** One interface as the router sees it. Immutable but for the MTU, which any thread may read. */
final class Port implements RouteTarget {
    private final int index;
    private final String name;
    private final List<InetAddress> addresses;
    private final List<? extends Channel> queues;
    private final RateLimit icmpLimit;
    private volatile int mtu;

    /**
     * @param index     among the router's ports, from 0
     * @param mtu       longest packet that fits, in bytes
     * @param addresses the router's own
     * @param queues    at least one; a flow stays on the queue the kernel chose for it
     * @param icmpLimit for the errors about packets that came in here
     */
    Port(int index, String name, int mtu, List<InetAddress> addresses, List<? extends Channel> queues,
         RateLimit icmpLimit) {
        this.index = index;
        this.name = name;
        this.mtu = mtu;
        this.addresses = List.copyOf(addresses);
        this.queues = List.copyOf(queues);
        this.icmpLimit = icmpLimit;
    }

    int index() {
        return index;
    }

    String name() {
        return name;
    }

    /** Longest packet that fits, in bytes. */
    int mtu() {
        return mtu;
    }

    void mtu(int mtu) {
        this.mtu = mtu;
    }

    List<? extends Channel> queues() {
        return queues;
    }

    RateLimit icmpLimit() {
        return icmpLimit;
    }

    /** The router's first address of a family here, or null. */
    InetAddress address(boolean v4) {
        for (InetAddress address : addresses) {
            if (AddressBits.isV4(address) == v4) {
                return address;
            }
        }
        return null;
    }
}
