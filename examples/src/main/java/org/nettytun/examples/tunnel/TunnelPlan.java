package org.nettytun.examples.tunnel;

import org.nettytun.linux.IpPrefix;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/**
 * What a tunnel is to be: the whole command line, checked. A value.
 *
 * @param device    the TUN device's name
 * @param netns     where it is, by name or path; null: in the current namespace, where the socket is
 * @param addresses of the device
 * @param local     where datagrams come from and arrive
 * @param peer      the other end's {@code local}
 * @param mtu       of the device, in bytes
 * @param key       null: packets travel as they are
 * @param workers   threads that seal and open; 0: the event loop does
 * @param queue     datagrams that may wait for the socket, and packets that may be with the workers
 */
record TunnelPlan(String device, String netns, List<IpPrefix> addresses, InetSocketAddress local,
                  InetSocketAddress peer, int mtu, SealKey key, int workers, int queue) {
    private static final int LINK_MTU = 1500;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int UDP_HEADER = 8;
    private static final int LONGEST_IP_PACKET = 65535;
    private static final int LEAST_MTU = 68;
    /** Source: RFC 8200, section 5. */
    private static final int LEAST_MTU_V6 = 1280;

    /** @throws IllegalArgumentException with a sentence */
    TunnelPlan {
        addresses = List.copyOf(addresses);
        boolean v4 = isV4(local);
        if (v4 != isV4(peer)) {
            throw wrong("--local and --peer must be of one family", "local", local, "peer", peer);
        }
        if (local.getAddress().isAnyLocalAddress() || local.getAddress().isMulticastAddress()) {
            throw wrong("--local must be one address of this host, for the peer checks it", "local", local);
        }
        if (peer.getAddress().isAnyLocalAddress() || peer.getAddress().isMulticastAddress() || peer.equals(local)) {
            throw wrong("--peer must be the address of another end", "peer", peer);
        }
        for (IpPrefix address : addresses) {
            if (netns == null && address.contains(peer.getAddress())) {
                throw wrong("--peer must not be reached through the tunnel itself", "peer", peer, "address", address);
            }
        }
        int most = LONGEST_IP_PACKET - overhead(v4, key != null);
        if (mtu < LEAST_MTU || mtu > most) {
            throw wrong("--mtu must be " + LEAST_MTU + ".." + most, "mtu", mtu);
        }
        if (mtu < LEAST_MTU_V6 && addresses.stream().anyMatch(address -> !address.isV4())) {
            throw wrong("--mtu must be " + LEAST_MTU_V6 + " at least for IPv6", "mtu", mtu);
        }
        if (workers > 0 && key == null) {
            throw wrong("--workers have nothing to do without --key", "workers", workers);
        }
    }

    private static IllegalArgumentException wrong(String sentence, Object... values) {
        StringBuilder text = new StringBuilder(sentence).append(": ");
        for (int i = 0; i < values.length; i += 2) {
            text.append(i == 0 ? "" : ", ").append(values[i]).append('=').append(values[i + 1] instanceof
                    InetSocketAddress endpoint ? Endpoints.format(endpoint) : values[i + 1]);
        }
        return new IllegalArgumentException(text.toString());
    }

    private static boolean isV4(InetSocketAddress endpoint) {
        return endpoint.getAddress() instanceof Inet4Address;
    }

    /**
     * Bytes on the link beside a packet: the IP header around it (20 or 40), UDP's (8), ours (8; sealed 16), and the
     * tag behind it (sealed 16).
     */
    static int overhead(boolean v4, boolean sealed) {
        return (v4 ? IPV4_HEADER : IPV6_HEADER) + UDP_HEADER + TunnelHeader.length(sealed)
                + (sealed ? Seal.TAG_LENGTH : 0);
    }

    /** The MTU with which a packet in the tunnel fits a link of 1500 bytes. */
    static int defaultMtu(InetSocketAddress local, boolean sealed) {
        return LINK_MTU - overhead(isV4(local), sealed);
    }

    boolean isSealed() {
        return key != null;
    }

    /** Bytes of UDP payload. */
    int longestDatagram() {
        return mtu + TunnelHeader.length(isSealed()) + (isSealed() ? Seal.TAG_LENGTH : 0);
    }

    /** Whether this end's address sorts before the peer's: the one thing in which the ends differ. */
    boolean isLower() {
        int order = Arrays.compareUnsigned(local.getAddress().getAddress(), peer.getAddress().getAddress());
        return order < 0 || order == 0 && local.getPort() < peer.getPort();
    }
}
