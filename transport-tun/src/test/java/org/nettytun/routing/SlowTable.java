package org.nettytun.routing;

import java.util.Comparator;
import java.util.TreeMap;

/** A route table that is slow and plain: the model of the real one. Belongs to one test. */
final class SlowTable {
    /** Addresses as the trie has them: IPv4's in the upper half of {@code high}. */
    record Prefix(long high, long low, int length) {
        private static final Comparator<Prefix> ORDER = Comparator
                .<Prefix>comparingLong(each -> each.high ^ Long.MIN_VALUE)
                .thenComparingLong(each -> each.low ^ Long.MIN_VALUE).thenComparingInt(Prefix::length);

        static Prefix of(long high, long low, int length) {
            return new Prefix(high & mask(length), low & mask(length - 64), length);
        }

        boolean covers(long otherHigh, long otherLow) {
            return of(otherHigh, otherLow, length).equals(this);
        }

        private static long mask(int bits) {
            return bits <= 0 ? 0 : bits >= 64 ? -1 : -1L << 64 - bits;
        }
    }

    /** In the order in which the real one shows its routes. */
    final TreeMap<Prefix, String> routes = new TreeMap<>(Prefix.ORDER);

    String lookup(long high, long low) {
        Prefix best = null;
        for (Prefix each : routes.keySet()) {
            if (each.covers(high, low) && (best == null || each.length > best.length)) {
                best = each;
            }
        }
        return best == null ? null : routes.get(best);
    }
}
