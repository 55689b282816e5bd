package org.nettytun.linux;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Links, addresses, routes and rules of one network namespace, asked and changed through rtnetlink(7). Any thread: one
 * request at a time, each waiting for the kernel's answer, at most 5 s. What the kernel refuses is an {@link
 * ErrnoException}, with the kernel's own words where it has some. Changes need CAP_NET_ADMIN; to ask needs nothing.
 */
public final class RtNetlink implements AutoCloseable {
    private final NetlinkSocket socket;
    private final NetlinkDialogue kernel;

    private RtNetlink(NetlinkSocket socket) {
        this.socket = socket;
        this.kernel = new NetlinkDialogue(socket);
    }

    /** In the calling thread's network namespace. */
    public static RtNetlink open() throws ErrnoException {
        return new RtNetlink(NetlinkSocket.open());
    }

    /** In another network namespace. */
    public static RtNetlink open(NetworkNamespace namespace) throws IOException {
        return namespace.callForIo(RtNetlink::open);
    }

    /** All of them. */
    public synchronized List<Link> links() throws ErrnoException {
        NetlinkMessage all = LinkMessages.link(RtMessages.GETLINK, NetlinkMessage.DUMP, 0, 0, 0);
        return list("RTM_GETLINK", "all links", all, reply -> List.of(LinkMessages.link(reply)));
    }

    /** @throws ErrnoException {@code ENODEV} if there is none of that name */
    public synchronized Link link(String name) throws ErrnoException {
        return one(name, LinkMessages.link(RtMessages.GETLINK, NetlinkMessage.ACK, 0, 0, 0)
                .attribute(LinkMessages.IFLA_IFNAME, name));
    }

    /** @throws ErrnoException {@code ENODEV} if there is none of that index */
    public synchronized Link link(int index) throws ErrnoException {
        return one("link " + index, LinkMessages.link(RtMessages.GETLINK, NetlinkMessage.ACK, index, 0, 0));
    }

    private Link one(String subject, NetlinkMessage question) throws ErrnoException {
        return one(subject, question, LinkMessages::link);
    }

    private <T> T one(String subject, NetlinkMessage question, Function<NetlinkReply, T> reader)
            throws ErrnoException {
        List<NetlinkReply> replies = kernel.ask("RTM_GETLINK", subject, question);
        try {
            if (replies.size() != 1) {
                throw new NetlinkFormatException(replies.size() + " answers instead of one");
            }
            return reader.apply(replies.get(0));
        } catch (NetlinkFormatException e) {
            throw e.on("RTM_GETLINK", subject);
        }
    }

    private <T> List<T> list(String call, String subject, NetlinkMessage question,
                             Function<NetlinkReply, List<T>> reader) throws ErrnoException {
        List<T> all = new ArrayList<>();
        try {
            kernel.list(call, subject, question).forEach(reply -> all.addAll(reader.apply(reply)));
        } catch (NetlinkFormatException e) {
            throw e.on(call, subject);
        }
        return all;
    }

    /** For {@link TunPacketInformation}. */
    synchronized boolean hasPacketInformation(String name) throws ErrnoException {
        return one(name, LinkMessages.link(RtMessages.GETLINK, NetlinkMessage.ACK, 0, 0, 0)
                .attribute(LinkMessages.IFLA_IFNAME, name), LinkMessages::hasPacketInformation);
    }

    /** Sets it up or down. */
    public synchronized void setUp(int index, boolean up) throws ErrnoException {
        int flag = LinkMessages.IFF_UP;
        kernel.ask("RTM_NEWLINK", "link " + index + (up ? " (up)" : " (down)"),
                LinkMessages.link(RtMessages.NEWLINK, NetlinkMessage.ACK, index, up ? flag : 0, flag));
    }

    /** @param mtu bytes of the longest IP packet */
    public synchronized void setMtu(int index, int mtu) throws ErrnoException {
        change(index, "mtu " + mtu, setter(index).attribute(LinkMessages.IFLA_MTU, mtu));
    }

    /** @param packets that the kernel holds before it drops */
    public synchronized void setTxQueueLength(int index, int packets) throws ErrnoException {
        change(index, "txqueuelen " + packets, setter(index).attribute(LinkMessages.IFLA_TXQLEN, packets));
    }

    /** Gives it another name. Kernels before 6.2 want it down. */
    public synchronized void rename(int index, String name) throws ErrnoException {
        DeviceName.checkWhole(name);
        change(index, "name " + name, setter(index).attribute(LinkMessages.IFLA_IFNAME, name));
    }

    /** Deletes it, if its kind can be: whoever has it open reads {@code EBADFD}. */
    public synchronized void deleteLink(int index) throws ErrnoException {
        kernel.ask("RTM_DELLINK", "link " + index,
                LinkMessages.link(RtMessages.DELLINK, NetlinkMessage.ACK, index, 0, 0));
    }

    private static NetlinkMessage setter(int index) {
        return LinkMessages.link(RtMessages.NEWLINK, NetlinkMessage.ACK, index, 0, 0);
    }

    private void change(int index, String what, NetlinkMessage message) throws ErrnoException {
        kernel.ask("RTM_NEWLINK", "link " + index + " (" + what + ")", message);
    }

    /** Those of one link, both families. */
    public synchronized List<LinkAddress> addresses(int index) throws ErrnoException {
        NetlinkMessage all = new NetlinkMessage(RtMessages.GETADDR, NetlinkMessage.DUMP).u8(0).u8(0).u8(0).u8(0).u32(0);
        return list("RTM_GETADDR", "link " + index, all, reply -> {
            LinkAddress address = LinkMessages.address(reply);
            return address.linkIndex() == index ? List.of(address) : List.of();
        });
    }

    /** Adds one, and with it the route to its network if the link is up. An IPv6 address is usable at once. */
    public synchronized void addAddress(int index, IpPrefix address) throws ErrnoException {
        kernel.ask("RTM_NEWADDR", address + " of link " + index, LinkMessages.address(RtMessages.NEWADDR,
                NetlinkMessage.ACK | NetlinkMessage.CREATE | NetlinkMessage.EXCLUSIVE, index, address));
    }

    /** Removes one, and the routes that came with it. */
    public synchronized void removeAddress(int index, IpPrefix address) throws ErrnoException {
        kernel.ask("RTM_DELADDR", address + " of link " + index,
                LinkMessages.address(RtMessages.DELADDR, NetlinkMessage.ACK, index, address));
    }

    /** Of all tables and both families, without the kernel's own (local, broadcast, cached). */
    public synchronized List<Route> routes() throws ErrnoException {
        List<Route> routes = new ArrayList<>();
        for (int family : new int[] {RtMessages.AF_INET, RtMessages.AF_INET6}) {
            NetlinkMessage all = new NetlinkMessage(RtMessages.GETROUTE, NetlinkMessage.DUMP).u8(family)
                    .u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u32(0);
            routes.addAll(list("RTM_GETROUTE", "all routes", all, RouteMessages::routes));
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
        kernel.ask("RTM_NEWROUTE", route.toString(), RouteMessages.route(RtMessages.NEWROUTE,
                NetlinkMessage.ACK | NetlinkMessage.CREATE | mode, route));
    }

    /** @throws ErrnoException {@code ESRCH} if there is none */
    public synchronized void removeRoute(Route route) throws ErrnoException {
        kernel.ask("RTM_DELROUTE", route.toString(),
                RouteMessages.route(RtMessages.DELROUTE, NetlinkMessage.ACK, route));
    }

    /** Those that ask a table, both families; without those that have a condition which {@link Rule} lacks. */
    public synchronized List<Rule> rules() throws ErrnoException {
        List<Rule> rules = new ArrayList<>();
        for (int family : new int[] {RtMessages.AF_INET, RtMessages.AF_INET6}) {
            NetlinkMessage all = new NetlinkMessage(RtMessages.GETRULE, NetlinkMessage.DUMP).u8(family)
                    .u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u32(0);
            rules.addAll(list("RTM_GETRULE", "all rules", all,
                    reply -> Optional.ofNullable(RuleMessages.rule(reply)).map(List::of).orElse(List.of())));
        }
        return rules;
    }

    /** @throws ErrnoException {@code EEXIST} if there is the same */
    public synchronized void addRule(Rule rule) throws ErrnoException {
        kernel.ask("RTM_NEWRULE", rule.toString(), RuleMessages.rule(RtMessages.NEWRULE,
                NetlinkMessage.ACK | NetlinkMessage.CREATE | NetlinkMessage.EXCLUSIVE, rule));
    }

    /** @throws ErrnoException {@code ENOENT} if there is none */
    public synchronized void removeRule(Rule rule) throws ErrnoException {
        kernel.ask("RTM_DELRULE", rule.toString(), RuleMessages.rule(RtMessages.DELRULE, NetlinkMessage.ACK, rule));
    }

    /** Idempotent. */
    @Override
    public synchronized void close() {
        socket.close();
    }
}
