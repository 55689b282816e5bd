package org.nettytun.forward;

/**
 * What TCP is told of the size of segments at a port: nothing, that they must fit the MTU, or a size. A value.
 *
 * @param most bytes of payload; 0 for nothing, -1 for what fits the MTU
 */
public record SegmentLimit(int most) {
    /** Leaves SYNs alone. */
    public static final SegmentLimit NONE = new SegmentLimit(0);
    /** For links behind which "packet too big" gets lost. */
    public static final SegmentLimit MTU = new SegmentLimit(-1);

    private static final int TCP_LENGTH = 20;

    /** Bytes that a SYN may ask for; {@link Integer#MAX_VALUE} if anything. */
    int of(Port port, int ipLength) {
        return most == 0 ? Integer.MAX_VALUE : most < 0 ? port.mtu() - ipLength - TCP_LENGTH : most;
    }
}
