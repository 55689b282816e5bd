package org.nettytun.linux;

/**
 * A rule that says which table decides about a packet. All conditions must hold.
 *
 * @param priority the least is asked first; 0: the kernel's choice when added, any when removed
 * @param from     the packet's source, or {@code null}: any
 * @param to       the packet's destination, or {@code null}: any
 * @param mark     the firewall mark, with {@code mask}; 0 with mask 0: any
 * @param mask     which bits of the mark count
 * @param table    the table that is asked
 * @param v4       whether it is of IPv4; else of IPv6
 */
public record Rule(int priority, IpPrefix from, IpPrefix to, int mark, int mask, int table, boolean v4) {
    public Rule {
        if (from != null && from.isV4() != v4 || to != null && to.isV4() != v4) {
            throw new IllegalArgumentException("a rule's prefixes must be of its family: from=" + from + ", to=" + to
                    + ", v4=" + v4);
        }
        if (table == 0) {
            throw new IllegalArgumentException("a rule needs a table: table=0");
        }
    }

    /** A rule of IPv4 or IPv6 without a condition. */
    public static Rule table(int table, int priority, boolean v4) {
        return new Rule(priority, null, null, 0, 0, table, v4);
    }

    /** The same for packets from there. */
    public Rule from(IpPrefix source) {
        return new Rule(priority, source.network(), to, mark, mask, table, v4);
    }

    /** The same for packets to there. */
    public Rule to(IpPrefix destination) {
        return new Rule(priority, from, destination.network(), mark, mask, table, v4);
    }

    /** The same for packets whose mark has those bits under that mask. */
    public Rule mark(int value, int bits) {
        return new Rule(priority, from, to, value, bits, table, v4);
    }

    /** The same for packets of that mark, all its bits. */
    public Rule mark(int value) {
        return new Rule(priority, from, to, value, -1, table, v4);
    }
}
