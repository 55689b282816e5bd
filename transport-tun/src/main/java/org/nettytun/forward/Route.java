package org.nettytun.forward;

/** Where a destination lies: out of a port, here, or nowhere. A value, one object for all destinations behind it. */
public sealed interface Route permits Route.Via, Route.Special {
    /** Routes that lead out of no port; the kernel's words for them. */
    enum Special implements Route {
        /** One of the router's own addresses. */
        LOCAL,
        /** The broadcast address of a connected IPv4 network: for the router to hear, and never forwarded. */
        BROADCAST,
        /** The sender is told that it cannot be reached. */
        UNREACHABLE,
        /** The sender is told that it is forbidden. */
        PROHIBIT,
        /** The sender is told nothing. */
        BLACKHOLE
    }

    /**
     * Out of a port.
     *
     * @param port      the port
     * @param mtu       bytes of the longest packet on the whole way, if less than the port's; 0 if nobody knows
     * @param connected whether the destination is in a network of the port's own link
     */
    record Via(Port port, int mtu, boolean connected) implements Route {
        /** To a network behind a link. */
        public Via(Port port) {
            this(port, 0, false);
        }

        /** Bytes of the longest packet that fits now. */
        public int limit() {
            int limit = port.mtu();
            return mtu == 0 ? limit : Math.min(mtu, limit);
        }
    }
}
