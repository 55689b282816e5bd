package org.nettytun.linux;

/** What a route does with a packet. Source: {@code include/uapi/linux/rtnetlink.h}, v6.12. */
public enum RouteType {
    /** Sends it on. */
    UNICAST(1),
    /** Drops it and says nothing. */
    BLACKHOLE(6),
    /** Drops it and says that the host cannot be reached. */
    UNREACHABLE(7),
    /** Drops it and says that it is forbidden. */
    PROHIBIT(8);

    final int number;

    RouteType(int number) {
        this.number = number;
    }

    /** {@code null} for those of the kernel's own: local, broadcast, multicast. */
    static RouteType of(int number) {
        for (RouteType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        return null;
    }
}
