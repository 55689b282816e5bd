package org.nettytun.linux;

import java.nio.ByteBuffer;
import java.util.Set;

/** Rules as rtnetlink writes them. Stateless. Source: {@code include/uapi/linux/fib_rules.h}, v6.12. */
final class RuleMessages {
    private static final int FIB_RULE_HDR = 12;
    private static final int FRA_DST = 1;
    private static final int FRA_SRC = 2;
    private static final int FRA_PRIORITY = 6;
    private static final int FRA_FWMARK = 10;
    private static final int FRA_TABLE = 15;
    private static final int FRA_FWMASK = 16;
    private static final int FRA_SUPPRESS_PREFIXLEN = 14;
    /** Interfaces, tunnel id, suppressed group, VRF, users, protocol, ports. */
    private static final Set<Integer> FRA_OTHER_CONDITIONS = Set.of(3, 12, 13, 17, 19, 20, 22, 23, 24);
    private static final int FR_ACT_TO_TBL = 1;
    private static final int FIB_RULE_INVERT = 2;

    private RuleMessages() {
    }

    /** {@code struct fib_rule_hdr}. */
    static NetlinkMessage rule(int type, int flags, Rule rule) {
        NetlinkMessage message = new NetlinkMessage(type, flags)
                .u8(rule.v4() ? RtMessages.AF_INET : RtMessages.AF_INET6)
                .u8(rule.to() == null ? 0 : rule.to().length()).u8(rule.from() == null ? 0 : rule.from().length()).u8(0)
                .u8(RtMessages.shortTable(rule.table())).u8(0).u8(0).u8(FR_ACT_TO_TBL).u32(0)
                .attribute(FRA_TABLE, rule.table());
        if (rule.priority() != 0) {
            message.attribute(FRA_PRIORITY, rule.priority());
        }
        if (rule.to() != null) {
            message.attribute(FRA_DST, rule.to().address().getAddress());
        }
        if (rule.from() != null) {
            message.attribute(FRA_SRC, rule.from().address().getAddress());
        }
        if (rule.mask() != 0) {
            message.attribute(FRA_FWMARK, rule.mark()).attribute(FRA_FWMASK, rule.mask());
        }
        return message;
    }

    /** {@code null} for one that does something else than ask a table, or has a condition that {@link Rule} lacks. */
    static Rule rule(NetlinkReply reply) {
        try {
            return readRule(reply);
        } catch (IllegalArgumentException e) {   // a Rule that cannot be
            throw new NetlinkFormatException(e.getMessage());
        }
    }

    private static Rule readRule(NetlinkReply reply) {
        ByteBuffer body = reply.body(FIB_RULE_HDR);
        NetlinkAttributes attributes = new NetlinkAttributes(body, FIB_RULE_HDR);
        boolean plain = body.get(7) == FR_ACT_TO_TBL && body.get(3) == 0 && (body.getInt(8) & FIB_RULE_INVERT) == 0
                && FRA_OTHER_CONDITIONS.stream().noneMatch(attributes::has)
                && (!attributes.has(FRA_SUPPRESS_PREFIXLEN) || attributes.u32(FRA_SUPPRESS_PREFIXLEN) == -1);
        if (!plain) {
            return null;
        }
        boolean v4 = body.get(0) == RtMessages.AF_INET;
        int to = body.get(1) & 0xff;
        int from = body.get(2) & 0xff;
        return new Rule(attributes.u32(FRA_PRIORITY),
                from == 0 ? null : RtMessages.prefix(attributes, FRA_SRC, from, v4),
                to == 0 ? null : RtMessages.prefix(attributes, FRA_DST, to, v4), attributes.u32(FRA_FWMARK),
                attributes.u32(FRA_FWMASK), attributes.has(FRA_TABLE) ? attributes.u32(FRA_TABLE) : body.get(4) & 0xff,
                v4);
    }
}
