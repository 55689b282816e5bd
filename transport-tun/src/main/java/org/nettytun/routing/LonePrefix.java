package org.nettytun.routing;

/** A subtree of one prefix alone: much of IPv6 looks so, and a host's route needs no nodes down to its last bit. */
final class LonePrefix extends Subtree {
    private final long high;
    private final long low;
    private final int length;
    private volatile Object target;

    /** @param length 1 and more, and no bit of the address behind it is set */
    LonePrefix(long high, long low, int length, Object target, Object inherited) {
        super(inherited);
        this.high = high;
        this.low = low;
        this.length = length;
        this.target = target;
    }

    Object lookup(long otherHigh, long otherLow) {
        return covers(otherHigh, otherLow) ? target : inherited();
    }

    private boolean covers(long otherHigh, long otherLow) {
        return length <= Long.SIZE ? (high ^ otherHigh) >>> Long.SIZE - length == 0
                : high == otherHigh && (low ^ otherLow) >>> 2 * Long.SIZE - length == 0;
    }

    boolean is(long otherHigh, long otherLow, int otherLength) {
        return length == otherLength && covers(otherHigh, otherLow);
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    int length() {
        return length;
    }

    Object target() {
        return target;
    }

    void target(Object other) {
        target = other;
    }

    @Override
    void inheritBelow(Object target) {
        // nothing is below
    }
}
