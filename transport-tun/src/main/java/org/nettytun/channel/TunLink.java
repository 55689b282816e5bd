package org.nettytun.channel;

import org.nettytun.linux.Errno;
import org.nettytun.linux.ErrnoException;
import org.nettytun.linux.IpPrefix;
import org.nettytun.linux.Link;
import org.nettytun.linux.LinkAddress;
import org.nettytun.linux.LinkStatistics;
import org.nettytun.linux.Route;
import org.nettytun.linux.RtNetlink;

import java.util.List;
import java.util.Optional;

/**
 * The device behind a queue as rtnetlink shows it: its MTU, its state, its addresses and routes. Setters may be
 * called by any thread and block for one answer of the kernel.
 */
final class TunLink implements AutoCloseable {
    /** Bytes of the longest IP packet. */
    static final int MAX_MTU = 65535;

    private final RtNetlink control;
    private volatile Link last;
    private volatile int largestMtu;

    TunLink(RtNetlink control, Link link) {
        this.control = control;
        seen(link);
    }

    /** As the kernel told last. */
    Link last() {
        return last;
    }

    /** The largest MTU the device ever had, for packets of that time may still wait. */
    int largestMtu() {
        return largestMtu;
    }

    void seen(Link now) {
        expect(now.mtu());
        last = now;
    }

    /** The device went where we cannot see it, so it may have any MTU from now on. */
    void lostSight() {
        expect(MAX_MTU);
    }

    /** Asks the kernel again. {@code null} if it shows no such link. */
    Link refresh() {
        try {
            Link now = control.link(last.index());
            seen(now);
            return now;
        } catch (ErrnoException e) {
            lostSight(); // deleted, or moved: either way its queue tells the rest
            return null;
        }
    }

    /** The interface's own counters; empty if the kernel shows no such link, or we have closed. */
    Optional<LinkStatistics> statistics() {
        try {
            return Optional.of(control.link(last.index()).statistics());
        } catch (ErrnoException e) {
            return Optional.empty(); // deleted or moved, and the channel is told by its queue
        }
    }

    /** A packet of that length may come: from now on each read offers as much. */
    synchronized void expect(int mtu) {
        largestMtu = Math.max(largestMtu, mtu);
    }

    void setMtu(int mtu) throws ErrnoException {
        Link now = refresh(); // somebody else may have changed it a moment ago
        if (now == null || mtu != now.mtu()) {
            control.setMtu(last.index(), mtu);
            refresh();
        }
    }

    void setUp(boolean up) throws ErrnoException {
        Link now = refresh(); // somebody else may have changed it a moment ago
        if (now == null || up != now.up()) {
            control.setUp(last.index(), up);
            refresh();
        }
    }

    void setTxQueueLength(int packets) throws ErrnoException {
        Link now = refresh(); // somebody else may have changed it a moment ago
        if (now == null || packets != now.txQueueLength()) {
            control.setTxQueueLength(last.index(), packets);
            refresh();
        }
    }

    /** Adds those that are missing, so that a user without privileges may attach to a device that was prepared. */
    void addAddresses(List<IpPrefix> wanted) throws ErrnoException {
        List<IpPrefix> present = wanted.isEmpty() ? List.of()
                : control.addresses(last.index()).stream().map(LinkAddress::prefix).toList();
        for (IpPrefix prefix : wanted) {
            if (!present.contains(prefix)) {
                try {
                    control.addAddress(last.index(), prefix);
                } catch (ErrnoException e) {
                    if (e.errno() != Errno.EEXIST) { // another queue's channel was faster
                        throw e;
                    }
                }
            }
        }
    }

    /** Adds those that are missing. */
    void addRoutes(List<Route> wanted) throws ErrnoException {
        List<Route> present = wanted.isEmpty() ? List.of() : control.routes();
        for (Route route : wanted) {
            Route ours = route.withLink(last.index());
            if (present.stream().noneMatch(ours::sameAs)) {
                try {
                    control.addRoute(ours);
                } catch (ErrnoException e) {
                    if (e.errno() != Errno.EEXIST || control.routes().stream().noneMatch(ours::sameAs)) {
                        throw e;
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        control.close();
    }
}
