package org.nettytun.linux;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What rtnetlink's messages mean: the structs and attributes of links, addresses, routes and rules. Source: {@code
 * include/uapi/linux/rtnetlink.h}, {@code if_link.h}, {@code if_addr.h}, {@code fib_rules.h}, v6.12.
 */
final class RtMessages {
    static final int NEWLINK = 16;
    static final int DELLINK = 17;
    static final int GETLINK = 18;
    static final int NEWADDR = 20;
    static final int DELADDR = 21;
    static final int GETADDR = 22;
    static final int NEWROUTE = 24;
    static final int DELROUTE = 25;
    static final int GETROUTE = 26;
    static final int NEWRULE = 32;
    static final int DELRULE = 33;
    static final int GETRULE = 34;

    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    private static final int AF_BRIDGE = 7;
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
    private static final int IFA_F_NODAD = 0x02;

    private static final int RTMSG = 12;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_MULTIPATH = 9;
    private static final int RTA_TABLE = 15;
    private static final int RTA_VIA = 18;
    private static final int RTNEXTHOP = 8;
    private static final int RTPROT_STATIC = 4;
    private static final int RT_SCOPE_UNIVERSE = 0;
    private static final int RT_SCOPE_LINK = 253;
    private static final int RT_SCOPE_NOWHERE = 255;
    private static final int RTNH_F_ONLINK = 4;
    private static final int RTM_F_CLONED = 0x200;

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

    private RtMessages() {
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
        return new NetlinkMessage(type, flags).u8(family(prefix)).u8(prefix.length())
                .u8(prefix.isV4() ? 0 : IFA_F_NODAD).u8(RT_SCOPE_UNIVERSE).u32(index)
                .attribute(IFA_LOCAL, address).attribute(IFA_ADDRESS, address);
    }

    static LinkAddress address(NetlinkReply reply) {
        ByteBuffer body = reply.body(IFADDRMSG);
        NetlinkAttributes attributes = new NetlinkAttributes(body, IFADDRMSG);
        byte[] address = attributes.bytes(attributes.has(IFA_LOCAL) ? IFA_LOCAL : IFA_ADDRESS);
        return new LinkAddress(body.getInt(4), prefix(address, body.get(1) & 0xff));
    }

    /** {@code struct rtmsg}. */
    static NetlinkMessage route(int type, int flags, Route route) {
        boolean add = type == NEWROUTE;
        int scope = route.type() == RouteType.UNICAST && route.gateway() == null && route.destination().isV4()
                ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
        NetlinkMessage message = new NetlinkMessage(type, flags).u8(family(route.destination()))
                .u8(route.destination().length()).u8(0).u8(0)
                .u8(shortTable(route.table())).u8(add ? RTPROT_STATIC : 0).u8(add ? scope : RT_SCOPE_NOWHERE)
                .u8(route.type().number).u32(route.onLink() ? RTNH_F_ONLINK : 0)
                .attribute(RTA_DST, route.destination().address().getAddress())
                .attribute(RTA_TABLE, route.table());
        if (route.gateway() != null) {
            byte[] gateway = route.gateway().getAddress();
            if (gateway.length == route.destination().address().getAddress().length) {
                message.attribute(RTA_GATEWAY, gateway);
            } else {
                byte[] via = new byte[Short.BYTES + gateway.length];
                Bytes.of(via).putShort((short) AF_INET6).put(gateway);
                message.attribute(RTA_VIA, via);
            }
        }
        if (route.linkIndex() != 0) {
            message.attribute(RTA_OIF, route.linkIndex());
        }
        if (route.metric() != 0) {
            message.attribute(RTA_PRIORITY, route.metric());
        }
        return message;
    }

    /** None for the kernel's own kinds (local, broadcast, cached); several for one with several next hops. */
    static List<Route> routes(NetlinkReply reply) {
        try {
            return readRoutes(reply);
        } catch (IllegalArgumentException e) {   // a Route that cannot be
            throw new NetlinkFormatException(e.getMessage());
        }
    }

    private static List<Route> readRoutes(NetlinkReply reply) {
        ByteBuffer body = reply.body(RTMSG);
        RouteType type = RouteType.of(body.get(7) & 0xff);
        int flags = body.getInt(8);
        if (type == null || (flags & RTM_F_CLONED) != 0) {
            return List.of();
        }
        NetlinkAttributes attributes = new NetlinkAttributes(body, RTMSG);
        IpPrefix destination = prefix(attributes, RTA_DST, body.get(1) & 0xff, body.get(0) == AF_INET);
        int table = attributes.has(RTA_TABLE) ? attributes.u32(RTA_TABLE) : body.get(4) & 0xff;
        int metric = attributes.u32(RTA_PRIORITY);
        List<Route> routes = new ArrayList<>();
        if (attributes.has(RTA_MULTIPATH)) {
            ByteBuffer hops = attributes.get(RTA_MULTIPATH);
            int at = 0;
            while (at < hops.limit()) {
                int left = hops.limit() - at;
                int length = left < RTNEXTHOP ? 0 : hops.getShort(at) & 0xffff;
                if (length < RTNEXTHOP || length > left) {
                    throw new NetlinkFormatException("a next hop of " + length + " bytes where " + left + " are left");
                }
                ByteBuffer hop = hops.slice(at, length).order(hops.order());
                routes.add(new Route(destination, gateway(new NetlinkAttributes(hop, RTNEXTHOP)), hop.getInt(4), table,
                        metric, type, (hop.get(2) & RTNH_F_ONLINK) != 0));
                at += NetlinkMessage.align(length);
            }
        } else {
            // IPv6 hangs a route that drops on the loopback interface.
            int link = type == RouteType.UNICAST ? attributes.u32(RTA_OIF) : 0;
            routes.add(new Route(destination, gateway(attributes), link, table, metric, type,
                    (flags & RTNH_F_ONLINK) != 0));
        }
        return routes;
    }

    private static InetAddress gateway(NetlinkAttributes attributes) {
        if (attributes.has(RTA_GATEWAY)) {
            return address(attributes.bytes(RTA_GATEWAY));
        }
        byte[] via = attributes.bytes(RTA_VIA);   // u16 family, then the address: an IPv6 next hop of an IPv4 route
        return via.length == 0 ? null : address(Arrays.copyOfRange(via, Math.min(Short.BYTES, via.length), via.length));
    }

    /** {@code struct fib_rule_hdr}. */
    static NetlinkMessage rule(int type, int flags, Rule rule) {
        NetlinkMessage message = new NetlinkMessage(type, flags).u8(rule.v4() ? AF_INET : AF_INET6)
                .u8(rule.to() == null ? 0 : rule.to().length()).u8(rule.from() == null ? 0 : rule.from().length()).u8(0)
                .u8(shortTable(rule.table())).u8(0).u8(0).u8(FR_ACT_TO_TBL).u32(0)
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
        boolean v4 = body.get(0) == AF_INET;
        int to = body.get(1) & 0xff;
        int from = body.get(2) & 0xff;
        return new Rule(attributes.u32(FRA_PRIORITY), from == 0 ? null : prefix(attributes, FRA_SRC, from, v4),
                to == 0 ? null : prefix(attributes, FRA_DST, to, v4), attributes.u32(FRA_FWMARK),
                attributes.u32(FRA_FWMASK), attributes.has(FRA_TABLE) ? attributes.u32(FRA_TABLE) : body.get(4) & 0xff,
                v4);
    }

    /** @return the changes; none for a message of another kind */
    static List<NetworkChange> changes(NetlinkReply reply) {
        return switch (reply.type()) {
            case NEWLINK -> isOfBridge(reply) ? List.of() : List.of(new NetworkChange.LinkChanged(link(reply)));
            case DELLINK -> isOfBridge(reply) ? List.of() : List.of(new NetworkChange.LinkRemoved(link(reply)));
            case NEWADDR -> List.of(new NetworkChange.AddressAdded(address(reply)));
            case DELADDR -> List.of(new NetworkChange.AddressRemoved(address(reply)));
            case NEWROUTE -> routes(reply).stream().<NetworkChange>map(NetworkChange.RouteAdded::new).toList();
            case DELROUTE -> routes(reply).stream().<NetworkChange>map(NetworkChange.RouteRemoved::new).toList();
            case NetlinkReply.OVERRUN -> List.of(new NetworkChange.Overrun());
            default -> List.of();
        };
    }

    /** A bridge tells of its ports with messages of its own: a port that leaves is "deleted", and is still there. */
    private static boolean isOfBridge(NetlinkReply reply) {
        return reply.body(IFINFOMSG).get(0) == AF_BRIDGE;
    }

    private static IpPrefix prefix(NetlinkAttributes attributes, int type, int length, boolean v4) {
        return prefix(attributes.has(type) ? attributes.bytes(type) : new byte[v4 ? 4 : 16], length);
    }

    private static IpPrefix prefix(byte[] address, int length) {
        if (length > address.length * Byte.SIZE) {
            throw new NetlinkFormatException("a prefix of " + length + " bits of an address of " + address.length
                    + " bytes");
        }
        return new IpPrefix(address(address), length);
    }

    private static InetAddress address(byte[] bytes) {
        if (bytes.length != 4 && bytes.length != 16) {
            throw new NetlinkFormatException("an address of " + bytes.length + " bytes");
        }
        return IpPrefix.address(bytes);
    }

    private static int family(IpPrefix prefix) {
        return prefix.isV4() ? AF_INET : AF_INET6;
    }

    /** The header has a byte for the table; the attribute tells the rest. */
    private static int shortTable(int table) {
        return table < 256 ? table : 0;
    }
}
