/**
 * An IP router in parts: what becomes of a packet, in the kernel's order of checks, and what its sender is told. A
 * {@link org.nettytun.forward.ForwardingHandler} at each queue is the whole; its parts can be used without it.
 */
package org.nettytun.forward;
