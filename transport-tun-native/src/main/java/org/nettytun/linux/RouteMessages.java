package org.nettytun.linux;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Routes as rtnetlink writes them. Stateless. Source: {@code include/uapi/linux/rtnetlink.h}, v6.12. */
final class RouteMessages {
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

    private RouteMessages() {
    }

    /** {@code struct rtmsg}. */
    static NetlinkMessage route(int type, int flags, Route route) {
        boolean add = type == RtMessages.NEWROUTE;
        int scope = route.type() == RouteType.UNICAST && route.gateway() == null && route.destination().isV4()
                ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
        NetlinkMessage message = new NetlinkMessage(type, flags).u8(RtMessages.family(route.destination()))
                .u8(route.destination().length()).u8(0).u8(0)
                .u8(RtMessages.shortTable(route.table())).u8(add ? RTPROT_STATIC : 0).u8(add ? scope : RT_SCOPE_NOWHERE)
                .u8(route.type().number).u32(route.onLink() ? RTNH_F_ONLINK : 0)
                .attribute(RTA_DST, route.destination().address().getAddress())
                .attribute(RTA_TABLE, route.table());
        if (route.gateway() != null) {
            byte[] gateway = route.gateway().getAddress();
            if (gateway.length == route.destination().address().getAddress().length) {
                message.attribute(RTA_GATEWAY, gateway);
            } else {
                byte[] via = new byte[Short.BYTES + gateway.length];
                Bytes.of(via).putShort((short) RtMessages.AF_INET6).put(gateway);
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
        IpPrefix destination = RtMessages.prefix(attributes, RTA_DST, body.get(1) & 0xff,
                body.get(0) == RtMessages.AF_INET);
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
            return RtMessages.address(attributes.bytes(RTA_GATEWAY));
        }
        byte[] via = attributes.bytes(RTA_VIA);   // u16 family, then the address: an IPv6 next hop of an IPv4 route
        return via.length == 0 ? null
                : RtMessages.address(Arrays.copyOfRange(via, Math.min(Short.BYTES, via.length), via.length));
    }
}
