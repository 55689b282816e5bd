package org.nettytun.channel;

/**
 * A user event of the pipeline: something happened to the device, and the channel lives on. Fired on the event loop,
 * after the fact and in the kernel's order.
 *
 * @param kind   what happened
 * @param device the device's name now
 * @param up     whether the device is up now
 * @param mtu    longest IP packet in bytes now
 */
public record TunLinkEvent(Kind kind, String device, boolean up, int mtu) {
    /** What can happen to a device. */
    public enum Kind {
        /** The device was set up. */
        UP,
        /** The device was set down: writes are refused ({@code EIO}, {@code DEV_READY}) until it is up again. */
        DOWN,
        /** The MTU is another. Packets up to it are read whole. */
        MTU_CHANGED,
        /** The device has a new name; {@link TunChannel#localAddress()} tells it. */
        RENAMED,
        /**
         * The device left our network namespace. It still carries packets, but no further event will tell of it, and
         * its options are the last that were seen.
         */
        MOVED
    }
}
