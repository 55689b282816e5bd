package org.nettytun.stats;

/**
 * The kernel's drop reasons that a TUN user can meet, by the kernel's names. Source: {@code
 * include/net/dropreason-core.h}, v6.12 to v7.3; those of the tun driver as named by the series "tun: optimize SKB
 * allocation with NAPI cache", v2, which was not merged: there the kernel itself says {@code NOT_SPECIFIED}.
 */
public enum KernelDropReason implements DropReason {
    /**
     * The kernel refused the packet with an errno that is none of those below. Raised by the channel, on write. The
     * promise's {@code PacketRefusedException} has the errno: look it up in {@code write(2)}.
     */
    NOT_SPECIFIED,
    /**
     * No memory for the packet: our slots are at their bound, or the application's allocator threw (inbound); {@code
     * ENOMEM} or {@code ENOBUFS} on write (outbound). Raised by the channel. Find who keeps packets ({@code
     * netty.tun.buffer.slots}), then give the allocator a higher bound, or the host memory.
     */
    NOMEM,
    /**
     * The device is down ({@code EIO} on write): raised by the channel. It is gone: raised by a router before it
     * writes; what a channel still holds then is {@code QUEUE_PURGE}. Set the device up, or wait for
     * {@code TunLinkEvent}.
     */
    DEV_READY,
    /**
     * The metadata before the packet (the virtio header) is missing or wrong. Raised by the channel with offloads. A
     * bug of whoever set the metadata: look at the place, with {@code dropwatch}.
     */
    DEV_HDR,
    /**
     * A super-packet that cannot be split: its metadata and its headers do not go together. Raised by whoever splits
     * it. A bug of whoever set the metadata, or changed the headers: look at the place, with {@code dropwatch}.
     */
    SKB_BAD_GSO,
    /**
     * Shorter than its headers or its length field say; or empty, and then the kernel is not asked. Raised by the
     * channel on write, by the views of headers on the way. Somebody cuts packets: capture them.
     */
    PKT_TOO_SMALL,
    /**
     * Longer than the MTU of the way out and not to be fragmented; on write, of more pieces than {@code writev} takes
     * ({@code EMSGSIZE}). Raised by routers and the channel. If path MTU discovery works, a few for each new flow;
     * if it goes on, somebody filters ICMP: clamp the MSS, or set a lower MTU at the sender.
     */
    PKT_TOO_BIG,
    /**
     * Neither IPv4 nor IPv6 by its version nibble: {@code EINVAL} on write. Raised by the channel, and on the way by
     * whoever reads the nibble. What is written is no IP packet: a missing decapsulation, or a wrong key.
     */
    INVALID_PROTO,
    /** The IPv4 header checksum is wrong. Raised by the view of the header. Somebody changed a header in place. */
    IP_CSUM,
    /** A malformed IP header. Raised by the views of headers. Junk, or a scan: look at the sender. */
    IP_INHDR,
    /**
     * The source cannot be a sender: multicast, limited broadcast, 0.0.0.0. Raised by routers. Spoofed or a host
     * without an address yet.
     */
    IP_INVALID_SOURCE,
    /**
     * The destination cannot be reached by forwarding: 0.0.0.0, multicast, limited broadcast, link-local. Raised by
     * routers. Kernels send such packets of their own (router solicitations, multicast reports): a few are normal.
     */
    IP_INVALID_DEST,
    /** A loopback address outside loopback. Raised by routers. A host that is set up wrongly, or spoofing. */
    IP_LOCALNET,
    /** The source is an address of ours. Raised by routers. Spoofed, or two hosts with one address. */
    IP_LOCAL_SOURCE,
    /** No route to the destination. Raised by routers. Add the route, or take the sender's away. */
    IP_INNOROUTES,
    /** Addressed to us, and nothing here speaks its protocol. Raised by whoever is addressed. Usually a scan. */
    IP_NOPROTO,
    /** Addressed to us, and nobody listens at its port. Raised by whoever is addressed. A scan, or a traceroute. */
    NO_SOCKET,
    /** Addressed to us, with a wrong TCP checksum. Raised by whoever is addressed. Somebody changed it on its way. */
    TCP_CSUM,
    /** Addressed to us, with a wrong UDP checksum. Raised by whoever is addressed. Somebody changed it on its way. */
    UDP_CSUM,
    /** Addressed to us, with a wrong ICMP checksum. Raised by whoever is addressed. Somebody changed it on its way. */
    ICMP_CSUM,
    /** A fragment to us that was there already. Raised by reassembly. The network doubles packets: harmless. */
    DUP_FRAG,
    /**
     * A fragment to us whose siblings did not come in time. Raised by reassembly. They were lost on the way: avoid
     * fragments, with a lower MTU at the sender.
     */
    FRAG_REASM_TIMEOUT,
    /**
     * The way out has as many waiting as it may: its queue is full, or the channel above its watermark. Raised by
     * routers, and whoever asks {@code isWritable()} before it writes. The far side is slower than we are: normal
     * under overload, else look at what is slow.
     */
    QDISC_DROP,
    /**
     * Accepted for writing, and released before it was sent: its write was cancelled, the channel was closed, or had
     * been. Raised by the packet itself, whoever released it. Normal at shutdown; else somebody closes too early.
     */
    QUEUE_PURGE
}
