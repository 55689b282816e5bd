package org.nettytun.forward;

/** Which way a destination lies. Asked by all event loops at once, for each packet: must neither lock nor allocate. */
public interface Routes {
    /** The route to an IPv4 address, its 32 bits; null if there is none. */
    Route lookup(int destination);

    /** The route to an IPv6 address, its upper and lower 64 bits; null if there is none. */
    Route lookup(long high, long low);
}
