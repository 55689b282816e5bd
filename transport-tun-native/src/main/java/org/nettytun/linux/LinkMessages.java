package org.nettytun.linux;

import java.nio.ByteBuffer;

/**
 * Links and their addresses as rtnetlink writes them. Stateless. Source: {@code include/uapi/linux/if_link.h}, {@code
 * if_addr.h}, {@code if_tun.h}, v6.12.
 */
final class LinkMessages {
    static final int IFF_UP = 0x1;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int IFLA_TXQLEN = 13;

    private static final int IFF_RUNNING = 0x40;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_TUN_PI = 4;
    private static final int IFLA_STATS64 = 23;
    private static final int IFINFOMSG = 16;

    private static final int IFADDRMSG = 8;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int AF_BRIDGE = 7;
    private static final int IFA_F_NODAD = 0x02;
    private static final int RT_SCOPE_UNIVERSE = 0;

    private LinkMessages() {
    }

    /** {@code struct ifinfomsg}: the link, and flags to change. */
    static NetlinkMessage link(int type, int flags, int index, int linkFlags, int change) {
        return new NetlinkMessage(type, flags).u8(0).u8(0).u16(0).u32(index).u32(linkFlags).u32(change);
    }

    static Link link(NetlinkReply reply) {
        ByteBuffer body = reply.body(IFINFOMSG);
        NetlinkAttributes attributes = new NetlinkAttributes(body, IFINFOMSG);
        int flags = body.getInt(8);
        return new Link(body.getInt(4), attributes.text(IFLA_IFNAME), (flags & IFF_UP) != 0, (flags & IFF_RUNNING) != 0,
                attributes.u32(IFLA_MTU), attributes.u32(IFLA_TXQLEN),
                attributes.nested(IFLA_LINKINFO).text(IFLA_INFO_KIND), statistics(attributes.get(IFLA_STATS64)));
    }

    /** Whether a TUN device's packets have four bytes before them, {@code IFLA_TUN_PI}. */
    static boolean hasPacketInformation(NetlinkReply reply) {
        NetlinkAttributes info = new NetlinkAttributes(reply.body(IFINFOMSG), IFINFOMSG).nested(IFLA_LINKINFO);
        byte[] present = info.nested(IFLA_INFO_DATA).bytes(IFLA_TUN_PI);
        return "tun".equals(info.text(IFLA_INFO_KIND)) && present.length == 1 && present[0] != 0;
    }

    private static LinkStatistics statistics(ByteBuffer stats) {
        int counters = 14;
        if (stats.limit() < counters * Long.BYTES) {
            return new LinkStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0);
        }
        return new LinkStatistics(counter(stats, 0), counter(stats, 1), counter(stats, 2), counter(stats, 3),
                counter(stats, 4), counter(stats, 5), counter(stats, 6), counter(stats, 7), counter(stats, 13));
    }

    private static long counter(ByteBuffer stats, int index) {
        return stats.getLong(index * Long.BYTES);
    }

    /** {@code struct ifaddrmsg}. An IPv6 address is usable at once: nobody else is on the link to claim it. */
    static NetlinkMessage address(int type, int flags, int index, IpPrefix prefix) {
        byte[] address = prefix.address().getAddress();
        return new NetlinkMessage(type, flags).u8(RtMessages.family(prefix)).u8(prefix.length())
                .u8(prefix.isV4() ? 0 : IFA_F_NODAD).u8(RT_SCOPE_UNIVERSE).u32(index)
                .attribute(IFA_LOCAL, address).attribute(IFA_ADDRESS, address);
    }

    static LinkAddress address(NetlinkReply reply) {
        ByteBuffer body = reply.body(IFADDRMSG);
        NetlinkAttributes attributes = new NetlinkAttributes(body, IFADDRMSG);
        byte[] address = attributes.bytes(attributes.has(IFA_LOCAL) ? IFA_LOCAL : IFA_ADDRESS);
        return new LinkAddress(body.getInt(4), RtMessages.prefix(address, body.get(1) & 0xff));
    }

    /** A bridge tells of its ports with messages of its own: a port that leaves is "deleted", and is still there. */
    static boolean isOfBridge(NetlinkReply reply) {
        return reply.body(IFINFOMSG).get(0) == AF_BRIDGE;
    }
}
