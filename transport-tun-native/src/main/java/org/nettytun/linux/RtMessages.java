package org.nettytun.linux;

import java.net.InetAddress;
import java.util.List;

/**
 * What rtnetlink's messages of all kinds have in common: their numbers, addresses, and what they say of a change.
 * Stateless. Source: {@code include/uapi/linux/rtnetlink.h}, v6.12.
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

    private RtMessages() {
    }

    /** @return the changes; none for a message of another kind */
    static List<NetworkChange> changes(NetlinkReply reply) {
        return switch (reply.type()) {
            case NEWLINK -> LinkMessages.isOfBridge(reply) ? List.of()
                    : List.of(new NetworkChange.LinkChanged(LinkMessages.link(reply)));
            case DELLINK -> LinkMessages.isOfBridge(reply) ? List.of()
                    : List.of(new NetworkChange.LinkRemoved(LinkMessages.link(reply)));
            case NEWADDR -> List.of(new NetworkChange.AddressAdded(LinkMessages.address(reply)));
            case DELADDR -> List.of(new NetworkChange.AddressRemoved(LinkMessages.address(reply)));
            case NEWROUTE -> RouteMessages.routes(reply).stream()
                    .<NetworkChange>map(NetworkChange.RouteAdded::new).toList();
            case DELROUTE -> RouteMessages.routes(reply).stream()
                    .<NetworkChange>map(NetworkChange.RouteRemoved::new).toList();
            case NetlinkReply.OVERRUN -> List.of(new NetworkChange.Overrun());
            default -> List.of();
        };
    }

    static IpPrefix prefix(NetlinkAttributes attributes, int type, int length, boolean v4) {
        return prefix(attributes.has(type) ? attributes.bytes(type) : new byte[v4 ? 4 : 16], length);
    }

    static IpPrefix prefix(byte[] address, int length) {
        if (length > address.length * Byte.SIZE) {
            throw new NetlinkFormatException("a prefix of " + length + " bits of an address of " + address.length
                    + " bytes");
        }
        return new IpPrefix(address(address), length);
    }

    static InetAddress address(byte[] bytes) {
        if (bytes.length != 4 && bytes.length != 16) {
            throw new NetlinkFormatException("an address of " + bytes.length + " bytes");
        }
        return IpPrefix.address(bytes);
    }

    static int family(IpPrefix prefix) {
        return prefix.isV4() ? AF_INET : AF_INET6;
    }

    /** The header has a byte for the table; the attribute tells the rest. */
    static int shortTable(int table) {
        return table < 256 ? table : 0;
    }
}
