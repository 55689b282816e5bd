package org.nettytun.stats;

/** Reasons of ours, where the kernel has no name or lumps several causes under one. */
public enum TunDropReason implements DropReason {
    /**
     * Longer than the buffer that the read offered, so its end is lost. Raised by the channel. The MTU was raised a
     * moment ago by somebody else: one packet at most each time. Raise it through the channel and there is none.
     */
    PKT_TRUNCATED,
    /**
     * Reached the end of the pipeline, and no handler had taken it. Raised by the pipeline's tail. A handler passes
     * on what it does not know: let it drop that with a reason of its own.
     */
    NO_HANDLER,
    /**
     * The TTL or hop limit ran out; the kernel counts this as {@code IP_INHDR}. Raised by routers. A few are
     * traceroute; many are a routing loop.
     */
    TTL_EXPIRED,
    /**
     * The sender says by an IPv4 option which way it shall go: RFC 7126, sections 4.3 and 4.4. Raised by routers. A
     * probe: nobody has good use for it.
     */
    SOURCE_ROUTED,
    /**
     * A fragment to us that overlaps another of its packet, and that other: RFC 5722. Raised by reassembly. An
     * attack, or a broken stack.
     */
    FRAG_OVERLAP,
    /**
     * A fragment to us that cannot be, and its siblings: of a length that is no multiple of 8, beyond 65535 bytes, or
     * beyond the last one. Raised by reassembly. Or one in transit that had to be cut, and ends beyond 65535 bytes.
     * Raised by routers. An attack, or a broken stack.
     */
    FRAG_MALFORMED,
    /**
     * A fragment to us whose packet was the oldest of too many incomplete ones. Raised by reassembly. A flood of
     * fragments, or many are lost on the way.
     */
    FRAG_EVICTED,
    /** The route says {@code unreachable}, or leads back where the packet came from. Raised by routers. */
    ROUTE_UNREACHABLE,
    /** The route says {@code prohibit}. Raised by routers: somebody forbade this destination. */
    ROUTE_PROHIBITED,
    /** The route says {@code blackhole}. Raised by routers: somebody wants such packets gone without a word. */
    ROUTE_BLACKHOLE
}
