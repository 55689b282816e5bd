package org.nettytun.channel;

import java.net.SocketAddress;
import java.util.Objects;

/**
 * What a {@link TunChannel} is bound to: one queue of a device by name, or a descriptor that somebody else opened.
 * Immutable.
 */
public final class TunAddress extends SocketAddress {
    /** A name of the kernel's choice: {@code tun0}, or the next that is free. */
    public static final TunAddress ANY = new TunAddress("");

    private static final long serialVersionUID = 1L;
    private static final int NONE = -1;

    private final String device;
    private final int queue;
    private final int descriptor;

    /**
     * The first queue of a device.
     *
     * @param device 1 to 15 bytes: the name of a device to create or, if there is one, to attach to; with {@code %d} in
     *               it, as in {@code vpn%d}, the kernel puts the first free number there; empty: the kernel's choice
     */
    public TunAddress(String device) {
        this(device, 0);
    }

    /** The queue {@code queue} of a device; our own index, counted from 0. */
    TunAddress(String device, int queue) {
        this(Objects.requireNonNull(device, "device"), queue, NONE);
    }

    private TunAddress(String device, int queue, int descriptor) {
        this.device = device;
        this.queue = queue;
        this.descriptor = descriptor;
    }

    /**
     * An open descriptor: a TUN queue that is attached already, from systemd, a privileged helper or Android's {@code
     * VpnService}; or one end of a {@code SOCK_SEQPACKET} pair. A successful bind takes it over: the channel makes it
     * non-blocking and closes it. A failed bind leaves it to the caller.
     */
    public static TunAddress ofDescriptor(int descriptor) {
        if (descriptor < 0) {
            throw new IllegalArgumentException("descriptor must be 0 or more: descriptor=" + descriptor);
        }
        return new TunAddress("", 0, descriptor);
    }

    /** The device's name; as asked for before the bind, as the kernel has it afterwards. */
    public String device() {
        return device;
    }

    /** The device's name; of a descriptor, {@code fd:} and its number: what the metric tag {@code device} says. */
    public String name() {
        return descriptor == NONE ? device : toString();
    }

    /** Our index of the queue, from 0. */
    public int queue() {
        return queue;
    }

    /** The descriptor to take over, or -1. */
    public int descriptor() {
        return descriptor;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TunAddress that && device.equals(that.device) && queue == that.queue
                && descriptor == that.descriptor;
    }

    @Override
    public int hashCode() {
        return Objects.hash(device, queue, descriptor);
    }

    @Override
    public String toString() {
        if (descriptor != NONE) {
            return "fd:" + descriptor;
        }
        return queue == 0 ? device : device + '#' + queue;
    }
}
