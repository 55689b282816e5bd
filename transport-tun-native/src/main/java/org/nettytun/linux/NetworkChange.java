package org.nettytun.linux;

/** Something changed in the kernel's network configuration. */
public sealed interface NetworkChange {
    /** A link was added, or something about it is different. */
    record LinkChanged(Link link) implements NetworkChange {
    }

    /** A link was deleted, or moved to another namespace. */
    record LinkRemoved(Link link) implements NetworkChange {
    }

    /** An address was added. */
    record AddressAdded(LinkAddress address) implements NetworkChange {
    }

    /** An address was removed. */
    record AddressRemoved(LinkAddress address) implements NetworkChange {
    }

    /** A route was added. */
    record RouteAdded(Route route) implements NetworkChange {
    }

    /** A route was removed. */
    record RouteRemoved(Route route) implements NetworkChange {
    }

    /** Changes came faster than they were read, and some are lost: look for yourself. */
    record Overrun() implements NetworkChange {
    }
}
