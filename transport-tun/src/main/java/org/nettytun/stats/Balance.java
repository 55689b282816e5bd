package org.nettytun.stats;

/**
 * The two sides of a balance of one queue, each term of which was counted where it happened. Inbound: read, against
 * delivered and dropped before. Outbound: accepted, against sent, refused, purged and pending.
 *
 * <p>The terms are read one after the other while the loop goes on, so that a packet on its way may be in one side
 * alone; when the loop is quiet the two are equal, or a packet was lost or counted twice.
 *
 * @param direction      which of the two
 * @param packets        read or accepted
 * @param accounted      packets of whom it is known what became of them
 * @param bytes          of {@code packets}
 * @param accountedBytes of {@code accounted}
 */
public record Balance(Direction direction, long packets, long accounted, long bytes, long accountedBytes) {
    /** Whether the two sides are equal. */
    public boolean isEven() {
        return packets == accounted && bytes == accountedBytes;
    }
}
