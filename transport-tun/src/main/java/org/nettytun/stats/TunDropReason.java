package org.nettytun.stats;

/** Reasons of ours, where the kernel has no name or lumps several causes under one. */
public enum TunDropReason implements DropReason {
    /** Longer than the buffer that the read offered, so its end is lost: the MTU was raised a moment ago. */
    PKT_TRUNCATED,
    /** The TTL or hop limit ran out. The kernel counts this as {@code IP_INHDR}. */
    TTL_EXPIRED,
    /** The sender says which way it shall go. Source: RFC 7126, sections 4.3.5 and 4.4.5. */
    SOURCE_ROUTED,
    /** A fragment that overlaps another of its packet: all of them are let go. Source: RFC 5722, section 4. */
    FRAG_OVERLAP,
    /** A fragment that cannot be: of odd length, beyond 65535 bytes, or beyond the last one. */
    FRAG_MALFORMED,
    /** A fragment whose packet had to make room for others. */
    FRAG_EVICTED,
    /** The route says {@code unreachable}. */
    ROUTE_UNREACHABLE,
    /** The route says {@code prohibit}. */
    ROUTE_PROHIBITED,
    /** The route says {@code blackhole}. */
    ROUTE_BLACKHOLE
}
