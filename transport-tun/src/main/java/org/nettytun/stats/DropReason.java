package org.nettytun.stats;

/**
 * Why a packet was let go. A reason is its name, never a number: the kernel's numbers change between releases.
 * {@link KernelDropReason} holds the kernel's own names, {@link TunDropReason} what the kernel lumps together;
 * applications add an enum of their own. Implementations are enums, so that a reason is one object for ever.
 */
public interface DropReason {
    /** Nothing is wrong: what a check answers for a good packet. Never counted. */
    DropReason NONE = NoDrop.NONE;

    /** The name, upper case with underscores: the value of the metric tag {@code reason}. */
    String name();
}
