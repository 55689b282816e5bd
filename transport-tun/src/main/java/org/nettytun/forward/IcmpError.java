package org.nettytun.forward;

import org.nettytun.packet.IcmpHeader;

/** What a router tells a sender, by situation: type and code of both families. Source: RFC 792, RFC 1812, RFC 4443. */
enum IcmpError {
    NO_ROUTE(IcmpHeader.UNREACHABLE_V4, 0, IcmpHeader.UNREACHABLE_V6, 0),
    /** The route says so; to an IPv6 sender it is the same as no route, as in the kernel. */
    UNREACHABLE(IcmpHeader.UNREACHABLE_V4, 1, IcmpHeader.UNREACHABLE_V6, 0),
    /** The link does not lead to the address. */
    ADDRESS_UNREACHABLE(IcmpHeader.UNREACHABLE_V4, 1, IcmpHeader.UNREACHABLE_V6, 3),
    PROHIBITED(IcmpHeader.UNREACHABLE_V4, 13, IcmpHeader.UNREACHABLE_V6, 1),
    /** IPv6 alone. */
    BEYOND_SCOPE(IcmpHeader.UNREACHABLE_V4, 0, IcmpHeader.UNREACHABLE_V6, 2),
    PORT_UNREACHABLE(IcmpHeader.UNREACHABLE_V4, 3, IcmpHeader.UNREACHABLE_V6, 4),
    TOO_BIG(IcmpHeader.UNREACHABLE_V4, 4, IcmpHeader.TOO_BIG_V6, 0),
    TIME_EXCEEDED(IcmpHeader.TIME_EXCEEDED_V4, 0, IcmpHeader.TIME_EXCEEDED_V6, 0),
    REASSEMBLY_TIME_EXCEEDED(IcmpHeader.TIME_EXCEEDED_V4, 1, IcmpHeader.TIME_EXCEEDED_V6, 1),
    /** With a pointer, as the next three. */
    BAD_FIELD(IcmpHeader.PARAMETER_PROBLEM_V4, 0, IcmpHeader.PARAMETER_PROBLEM_V6, 0),
    /** IPv4 has no pointer for it. */
    UNKNOWN_PROTOCOL(IcmpHeader.UNREACHABLE_V4, 2, IcmpHeader.PARAMETER_PROBLEM_V6, 1),
    /** IPv6 alone. */
    UNKNOWN_OPTION(IcmpHeader.PARAMETER_PROBLEM_V4, 0, IcmpHeader.PARAMETER_PROBLEM_V6, 2),
    /** IPv6 alone: the first fragment must show what the packet is. Source: RFC 7112, section 5. */
    INCOMPLETE_HEADERS(IcmpHeader.PARAMETER_PROBLEM_V4, 0, IcmpHeader.PARAMETER_PROBLEM_V6, 3);

    final int typeV4;
    final int codeV4;
    final int typeV6;
    final int codeV6;

    IcmpError(int typeV4, int codeV4, int typeV6, int codeV6) {
        this.typeV4 = typeV4;
        this.codeV4 = codeV4;
        this.typeV6 = typeV6;
        this.codeV6 = codeV6;
    }
}
