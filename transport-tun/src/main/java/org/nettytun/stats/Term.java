package org.nettytun.stats;

/** The ledger's terms beside the drops: what can happen to a packet. Each has packets and bytes. */
public enum Term {
    /** Inbound: taken from the kernel. One {@code read(2)} that returned a packet. */
    READ,
    /** Inbound: handed to the pipeline. */
    DELIVERED,
    /** Inbound: dropped before it could be handed to the pipeline; the drop is counted beside it, by reason. */
    DROPPED_BEFORE,
    /** Outbound: a write of the application that reached the channel. */
    ACCEPTED,
    /** Outbound: handed to the kernel. One {@code write(2)} that took it. */
    SENT,
    /** Outbound: the kernel, or we in its place, said no; the drop is counted beside it, by reason. */
    REFUSED,
    /** Outbound: released before it was sent; the drop is counted beside it, as {@code QUEUE_PURGE}. */
    PURGED,
    /** Outbound: accepted, and still with the channel. The only term that falls. */
    PENDING,
    /** Made here: an ICMP error, an answer. */
    ORIGINATED,
    /** Copied, because somebody else holds the bytes too, or they lay where the kernel cannot read. */
    COPIED,
    /** Cut into fragments; the fragments are {@link #FRAGMENTS}. */
    FRAGMENTED,
    /** Made by cutting a packet. */
    FRAGMENTS,
    /** A super-packet that was split; its segments are {@link #SEGMENTS}. */
    SPLIT,
    /** Made by splitting a super-packet. */
    SEGMENTS,
    /** Put into a super-packet, and so no packet of its own any more. Of a queue: sent all the same. */
    MERGED,
    /** Inbound: a super-packet among those read. */
    SUPER_READ,
    /** The segments that super-packets read would have been, without the headers that they share. */
    SEGMENTS_READ,
    /** Outbound: a super-packet that the kernel took whole, passed on or merged here. */
    SUPER_SENT,
    /** The segments that super-packets sent would have been, without the headers that they share. */
    SEGMENTS_SENT,
    /** A checksum finished here, because the way out does not take packets that owe theirs. */
    COMPLETED,
    /**
     * A super-packet that is as it should be, and that the kernel refused nevertheless. It was split and sent, and the
     * channel writes none of its kind any more.
     */
    OFFLOAD_REFUSED
}
