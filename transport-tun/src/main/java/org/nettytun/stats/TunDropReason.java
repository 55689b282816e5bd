package org.nettytun.stats;

/** Reasons of ours, where the kernel has no name or lumps several causes under one. */
public enum TunDropReason implements DropReason {
    /** Longer than the buffer that the read offered, so its end is lost: the MTU was raised a moment ago. */
    PKT_TRUNCATED,
    /** The TTL or hop limit ran out. The kernel counts this as {@code IP_INHDR}. */
    TTL_EXPIRED,
    /** The route says {@code unreachable}. */
    ROUTE_UNREACHABLE,
    /** The route says {@code prohibit}. */
    ROUTE_PROHIBITED,
    /** The route says {@code blackhole}. */
    ROUTE_BLACKHOLE
}
