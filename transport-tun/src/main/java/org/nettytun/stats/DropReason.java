package org.nettytun.stats;

/**
 * Why a packet was let go. A reason is its name, never a number: the kernel's numbers change between releases.
 * {@link KernelDropReason} holds the kernel's own names, {@link TunDropReason} what the kernel lumps together or does
 * not know. An application adds reasons of its own:
 * <pre>{@code
 * enum Policy implements DropReason { NOT_ALLOWED, OVER_QUOTA }
 * …
 * DropReasons.register(Policy.class);   // at the start: then their meters are there before the first drop
 * packet.drop(Policy.NOT_ALLOWED);
 * }</pre>
 * A reason is a constant of an enum, so that there is one object of it for ever and the names are bounded. Each says
 * in its javadoc what happened, who raises it, and what an operator does about it.
 */
public interface DropReason {
    /** Nothing is wrong: what a check answers for a good packet. Never counted. */
    DropReason NONE = NoDrop.NONE;

    /** The name, upper case with underscores: the value of the metric tag {@code reason}. */
    String name();
}
