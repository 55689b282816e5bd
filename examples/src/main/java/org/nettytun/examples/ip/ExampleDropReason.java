package org.nettytun.examples.ip;

import org.nettytun.stats.DropReason;

/** A reason of the examples' own, by the kernel's name: an application adds its reasons like this. */
public enum ExampleDropReason implements DropReason {
    /** The checksum of an ICMP message addressed to us is wrong. */
    ICMP_CSUM
}
