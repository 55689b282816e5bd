package org.nettytun.linux;

/**
 * Counters of an interface, seen from the interface: its transmitted packets are those that a {@code TunChannel} reads.
 * Source: {@code struct rtnl_link_stats64}, {@code include/uapi/linux/if_link.h}, v6.12.
 *
 * @param rxPackets     packets it took from us
 * @param txPackets     packets it gave us
 * @param rxBytes       their bytes
 * @param txBytes       their bytes
 * @param rxErrors      packets from us that were malformed
 * @param txErrors      packets for us that failed
 * @param rxDropped     packets from us that were dropped, for want of memory for one
 * @param txDropped     packets for us that were dropped, for one because the queue was full
 * @param rxFrameErrors packets from us with a wrong virtio header
 */
public record LinkStatistics(long rxPackets, long txPackets, long rxBytes, long txBytes, long rxErrors, long txErrors,
                             long rxDropped, long txDropped, long rxFrameErrors) {
}
