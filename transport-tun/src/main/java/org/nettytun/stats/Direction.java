package org.nettytun.stats;

/**
 * Which way a packet goes, seen from the application, as Netty sees it. The interface's own counters are the mirror
 * image: what {@code ip -s link} calls TX is our inbound.
 */
public enum Direction {
    /** Kernel to application: {@code read(2)}, {@code channelRead}. */
    INBOUND("inbound"),
    /** Application to kernel: {@code write(2)}, {@code flush}. */
    OUTBOUND("outbound");

    private final String tag;

    Direction(String tag) {
        this.tag = tag;
    }

    /** The value of the metric tag {@code direction}. */
    public String tag() {
        return tag;
    }
}
