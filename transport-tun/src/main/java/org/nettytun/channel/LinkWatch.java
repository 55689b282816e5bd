package org.nettytun.channel;

import org.nettytun.linux.Link;
import org.nettytun.linux.NetworkChange;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Turns what rtnetlink tells about all links into what happened to ours. Belongs to the channel's event loop.
 */
final class LinkWatch implements Consumer<NetworkChange> {
    /** Hears of it, on the event loop. */
    interface Listener {
        /** The device lives on. */
        void happened(TunLinkEvent event);

        /** There is no such device any more. */
        void deleted();
    }

    private final TunLink link;
    private final BooleanSupplier attached;
    private final Listener listener;
    private Link last;

    /** @param attached asks the kernel whether the queue still belongs to a device */
    LinkWatch(TunLink link, BooleanSupplier attached, Listener listener) {
        this.link = link;
        this.attached = attached;
        this.listener = listener;
        this.last = link.last();
    }

    @Override
    public void accept(NetworkChange change) {
        if (change instanceof NetworkChange.LinkChanged changed && changed.link().index() == last.index()) {
            compare(changed.link());
        } else if (change instanceof NetworkChange.LinkRemoved removed && removed.link().index() == last.index()) {
            left();
        } else if (change instanceof NetworkChange.Overrun) {
            Link now = link.refresh(); // messages were lost: look for ourselves
            if (now == null) {
                left();
            } else {
                compare(now);
            }
        }
    }

    private void compare(Link now) {
        Link before = last;
        last = now;
        link.seen(now);
        if (!now.name().equals(before.name())) {
            tell(TunLinkEvent.Kind.RENAMED);
        }
        if (now.mtu() != before.mtu()) {
            tell(TunLinkEvent.Kind.MTU_CHANGED);
        }
        if (now.up() != before.up()) {
            tell(now.up() ? TunLinkEvent.Kind.UP : TunLinkEvent.Kind.DOWN);
        }
    }

    /** Our namespace has lost sight of it. Its queue knows whether it was deleted or moved. */
    private void left() {
        if (attached.getAsBoolean()) {
            link.lostSight();
            tell(TunLinkEvent.Kind.MOVED);
        } else {
            listener.deleted();
        }
    }

    private void tell(TunLinkEvent.Kind kind) {
        listener.happened(new TunLinkEvent(kind, last.name(), last.up(), last.mtu()));
    }
}
