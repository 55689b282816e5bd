package org.nettytun.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Links, addresses, routes and rules of one network namespace, asked and changed through rtnetlink(7). Any thread: one
 * request at a time, each waiting for the kernel's answer, at most 5 s. What the kernel refuses is an {@link
 * ErrnoException}, with the kernel's own words where it has some. Changes need CAP_NET_ADMIN; to ask needs nothing.
 */
public final class RtNetlink implements AutoCloseable {
    private final NetlinkSocket socket;

    private RtNetlink(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** In the calling thread's network namespace. */
    public static RtNetlink open() throws ErrnoException {
        return new RtNetlink(NetlinkSocket.open());
    }

    /** In another network namespace. */
    public static RtNetlink open(NetworkNamespace namespace) throws Exception {
        return namespace.call(RtNetlink::open);
    }

    /** All of them. */
    public synchronized List<Link> links() throws ErrnoException {
        NetlinkMessage all = RtMessages.link(RtMessages.GETLINK, NetlinkMessage.DUMP, 0, 0, 0);
        return socket.list("RTM_GETLINK", "all links", all).stream().map(RtMessages::link).toList();
    }

    /** @throws ErrnoException {@code ENODEV} if there is none of that name */
    public synchronized Link link(String name) throws ErrnoException {
        return one(name, RtMessages.link(RtMessages.GETLINK, NetlinkMessage.ACK, 0, 0, 0)
                .attribute(RtMessages.IFLA_IFNAME, name));
    }

    /** @throws ErrnoException {@code ENODEV} if there is none of that index */
    public synchronized Link link(int index) throws ErrnoException {
        return one("link " + index, RtMessages.link(RtMessages.GETLINK, NetlinkMessage.ACK, index, 0, 0));
    }

    private Link one(String subject, NetlinkMessage question) throws ErrnoException {
        return RtMessages.link(socket.ask("RTM_GETLINK", subject, question).get(0));
    }

    /** Sets it up or down. */
    public synchronized void setUp(int index, boolean up) throws ErrnoException {
        int flag = RtMessages.IFF_UP;
        socket.ask("RTM_NEWLINK", "link " + index + (up ? " (up)" : " (down)"),
                RtMessages.link(RtMessages.NEWLINK, NetlinkMessage.ACK, index, up ? flag : 0, flag));
    }

    /** @param mtu bytes of the longest IP packet */
    public synchronized void setMtu(int index, int mtu) throws ErrnoException {
        change(index, "mtu " + mtu, setter(index).attribute(RtMessages.IFLA_MTU, mtu));
    }

    /** @param packets that the kernel holds before it drops */
    public synchronized void setTxQueueLength(int index, int packets) throws ErrnoException {
        change(index, "txqueuelen " + packets, setter(index).attribute(RtMessages.IFLA_TXQLEN, packets));
    }

    /** Gives it another name. Kernels before 6.2 want it down. */
    public synchronized void rename(int index, String name) throws ErrnoException {
        DeviceName.check(name);
        change(index, "name " + name, setter(index).attribute(RtMessages.IFLA_IFNAME, name));
    }

    /** Deletes it, if its kind can be: whoever has it open reads {@code EBADFD}. */
    public synchronized void deleteLink(int index) throws ErrnoException {
        socket.ask("RTM_DELLINK", "link " + index,
                RtMessages.link(RtMessages.DELLINK, NetlinkMessage.ACK, index, 0, 0));
    }

    private static NetlinkMessage setter(int index) {
        return RtMessages.link(RtMessages.NEWLINK, NetlinkMessage.ACK, index, 0, 0);
    }

    private void change(int index, String what, NetlinkMessage message) throws ErrnoException {
        socket.ask("RTM_NEWLINK", "link " + index + " (" + what + ")", message);
    }

    /** Those of one link, both families. */
    public synchronized List<LinkAddress> addresses(int index) throws ErrnoException {
        NetlinkMessage all = new NetlinkMessage(RtMessages.GETADDR, NetlinkMessage.DUMP).u8(0).u8(0).u8(0).u8(0).u32(0);
        return socket.list("RTM_GETADDR", "link " + index, all).stream().map(RtMessages::address)
                .filter(address -> address.linkIndex() == index).toList();
    }

    /** Adds one, and with it the route to its network if the link is up. An IPv6 address is usable at once. */
    public synchronized void addAddress(int index, IpPrefix address) throws ErrnoException {
        socket.ask("RTM_NEWADDR", address + " of link " + index, RtMessages.address(RtMessages.NEWADDR,
                NetlinkMessage.ACK | NetlinkMessage.CREATE | NetlinkMessage.EXCLUSIVE, index, address));
    }

    /** Removes one, and the routes that came with it. */
    public synchronized void removeAddress(int index, IpPrefix address) throws ErrnoException {
        socket.ask("RTM_DELADDR", address + " of link " + index,
                RtMessages.address(RtMessages.DELADDR, NetlinkMessage.ACK, index, address));
    }

    /** Of all tables and both families, without the kernel's own (local, broadcast, cached). */
    public synchronized List<Route> routes() throws ErrnoException {
        List<Route> routes = new ArrayList<>();
        for (int family : new int[] {RtMessages.AF_INET, RtMessages.AF_INET6}) {
            NetlinkMessage all = new NetlinkMessage(RtMessages.GETROUTE, NetlinkMessage.DUMP).u8(family)
                    .u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u32(0);
            socket.list("RTM_GETROUTE", "all routes", all).forEach(reply -> routes.addAll(RtMessages.routes(reply)));
        }
        return routes;
    }

    /** @throws ErrnoException {@code EEXIST} if there is one of that destination, table and metric */
    public synchronized void addRoute(Route route) throws ErrnoException {
        newRoute(route, NetlinkMessage.EXCLUSIVE);
    }

    /** Adds it, or puts it in the place of one of that destination, table and metric. */
    public synchronized void replaceRoute(Route route) throws ErrnoException {
        newRoute(route, NetlinkMessage.REPLACE);
    }

    private void newRoute(Route route, int mode) throws ErrnoException {
        socket.ask("RTM_NEWROUTE", route.toString(), RtMessages.route(RtMessages.NEWROUTE,
                NetlinkMessage.ACK | NetlinkMessage.CREATE | mode, route));
    }

    /** @throws ErrnoException {@code ESRCH} if there is none */
    public synchronized void removeRoute(Route route) throws ErrnoException {
        socket.ask("RTM_DELROUTE", route.toString(),
                RtMessages.route(RtMessages.DELROUTE, NetlinkMessage.ACK, route));
    }

    /** Those that ask a table, both families. */
    public synchronized List<Rule> rules() throws ErrnoException {
        List<Rule> rules = new ArrayList<>();
        for (int family : new int[] {RtMessages.AF_INET, RtMessages.AF_INET6}) {
            NetlinkMessage all = new NetlinkMessage(RtMessages.GETRULE, NetlinkMessage.DUMP).u8(family)
                    .u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u32(0);
            socket.list("RTM_GETRULE", "all rules", all).stream().map(RtMessages::rule).filter(Objects::nonNull)
                    .forEach(rules::add);
        }
        return rules;
    }

    /** @throws ErrnoException {@code EEXIST} if there is the same */
    public synchronized void addRule(Rule rule) throws ErrnoException {
        socket.ask("RTM_NEWRULE", rule.toString(), RtMessages.rule(RtMessages.NEWRULE,
                NetlinkMessage.ACK | NetlinkMessage.CREATE | NetlinkMessage.EXCLUSIVE, rule));
    }

    /** @throws ErrnoException {@code ENOENT} if there is none */
    public synchronized void removeRule(Rule rule) throws ErrnoException {
        socket.ask("RTM_DELRULE", rule.toString(), RtMessages.rule(RtMessages.DELRULE, NetlinkMessage.ACK, rule));
    }

    /** Idempotent. */
    @Override
    public synchronized void close() {
        socket.close();
    }
}
