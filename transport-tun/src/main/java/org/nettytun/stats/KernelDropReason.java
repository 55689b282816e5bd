package org.nettytun.stats;

/**
 * The kernel's drop reasons that a TUN user can meet, by the kernel's names. Source: {@code
 * include/net/dropreason-core.h}, v6.12 to v7.3; those of the tun driver as named by the series "tun: optimize SKB
 * allocation with NAPI cache", v2.
 */
public enum KernelDropReason implements DropReason {
    /** Nobody gave a reason: the kernel refused the packet with an errno we have no better name for. */
    NOT_SPECIFIED,
    /** No memory for the packet: {@code ENOMEM}, {@code ENOBUFS}, or our own pool is at its bound. */
    NOMEM,
    /** The device is down ({@code EIO} on write), or the queue is detached. Set it up, or wait for a link event. */
    DEV_READY,
    /** The metadata before the packet (the virtio header) is missing or wrong. */
    DEV_HDR,
    /** Shorter than its headers or its length field say; or empty. */
    PKT_TOO_SMALL,
    /** Longer than the MTU it must fit, and not to be fragmented. */
    PKT_TOO_BIG,
    /** Neither IPv4 nor IPv6 by its version nibble: {@code EINVAL} on write. */
    INVALID_PROTO,
    /** The IPv4 header checksum is wrong. */
    IP_CSUM,
    /** A malformed IP header. */
    IP_INHDR,
    /** The source cannot be a sender: multicast, limited broadcast or 0.0.0.0. */
    IP_INVALID_SOURCE,
    /** The destination cannot be reached by forwarding: 0.0.0.0, multicast, limited broadcast, link-local. */
    IP_INVALID_DEST,
    /** A loopback address outside loopback. */
    IP_LOCALNET,
    /** The source is an address of ours. */
    IP_LOCAL_SOURCE,
    /** No route to the destination. */
    IP_INNOROUTES,
    /** Addressed to us, and no handler for its protocol. */
    IP_NOPROTO,
    /** Addressed to us, and nobody listens at its port. */
    NO_SOCKET,
    /** Addressed to us, with a wrong TCP checksum. */
    TCP_CSUM,
    /** Addressed to us, with a wrong UDP checksum. */
    UDP_CSUM,
    /** Addressed to us, with a wrong ICMP checksum. */
    ICMP_CSUM,
    /** A fragment that was there already. */
    DUP_FRAG,
    /** A fragment whose siblings did not come in time. */
    FRAG_REASM_TIMEOUT,
    /** The egress queue is over its limit. */
    QDISC_DROP,
    /** Queued for the device when the queue was torn down. */
    QUEUE_PURGE
}
