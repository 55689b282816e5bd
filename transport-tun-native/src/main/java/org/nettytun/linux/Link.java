package org.nettytun.linux;

/**
 * A network interface, as the kernel described it at one moment.
 *
 * @param index         stays when the name changes
 * @param name          1 to 15 bytes
 * @param up            {@code IFF_UP}: somebody set it up
 * @param running       {@code IFF_RUNNING}: and it can carry packets
 * @param mtu           bytes of the longest IP packet
 * @param txQueueLength packets the kernel holds before it drops
 * @param kind          as in {@code tun}, {@code veth}; empty for hardware
 * @param statistics    counters since its creation
 */
public record Link(int index, String name, boolean up, boolean running, int mtu, int txQueueLength, String kind,
                   LinkStatistics statistics) {
}
