package org.nettytun.routing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Longest prefix match over IPv4 and IPv6, large enough for the whole Internet's routes. Any thread looks up, takes no
 * lock, waits for nobody and allocates nothing. Any thread changes a route, one after the other, and no reader notices:
 * each lookup is answered as if it had been made at one moment between its call and its return. A change costs what the
 * bits at hand cost, not what the table holds; but a route with a short prefix must be told to all that lies below it
 * and has no other, up to some milliseconds for a default route of a full table.
 *
 * <p>A target is whatever the caller makes of a route: a next hop, or that there is none. Routes that are unreachable,
 * prohibited or black holes are targets of their own. Memory depends on how often neighbouring prefixes have the same
 * target, by identity; so let routes share targets.
 *
 * @param <T> what a route leads to
 */
public final class RouteTable<T> {
    private static final int BITS4 = 32;
    private static final int BITS6 = 128;

    private final PrefixTrie ipv4 = PrefixTrie.ipv4();
    private final PrefixTrie ipv6 = PrefixTrie.ipv6();
    private int size4;
    private int size6;

    /** An empty one. */
    public RouteTable() {
    }

    /** The target of the longest prefix that covers an IPv4 address, or null. */
    @SuppressWarnings("unchecked")
    public T lookup(int address) {
        return (T) ipv4.lookup(address);
    }

    /** The target of the longest prefix that covers an IPv6 address, or null. */
    @SuppressWarnings("unchecked")
    public T lookup(long high, long low) {
        return (T) ipv6.lookup(high, low);
    }

    /** The target of the longest prefix that covers an address, or null. */
    public T lookup(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return isV4(bytes) ? lookup(bytes.getInt()) : lookup(bytes.getLong(), bytes.getLong());
    }

    /**
     * Adds a route, or gives it another target. Bits behind the prefix do not matter, here and below.
     *
     * @return the route's former target, or null
     */
    public T put(int network, int prefixLength, T target) {
        return set4(network, prefixLength, Objects.requireNonNull(target, "target"));
    }

    /** @see #put(int, int, Object) */
    public T put(long high, long low, int prefixLength, T target) {
        return set6(high, low, prefixLength, Objects.requireNonNull(target, "target"));
    }

    /** @see #put(int, int, Object) */
    public T put(InetAddress network, int prefixLength, T target) {
        ByteBuffer bytes = ByteBuffer.wrap(network.getAddress());
        return isV4(bytes) ? put(bytes.getInt(), prefixLength, target)
                : put(bytes.getLong(), bytes.getLong(), prefixLength, target);
    }

    /**
     * Removes a route.
     *
     * @return its target, or null if there is no such route
     */
    public T remove(int network, int prefixLength) {
        return set4(network, prefixLength, null);
    }

    /** @see #remove(int, int) */
    public T remove(long high, long low, int prefixLength) {
        return set6(high, low, prefixLength, null);
    }

    /** @see #remove(int, int) */
    public T remove(InetAddress network, int prefixLength) {
        ByteBuffer bytes = ByteBuffer.wrap(network.getAddress());
        return isV4(bytes) ? remove(bytes.getInt(), prefixLength)
                : remove(bytes.getLong(), bytes.getLong(), prefixLength);
    }

    /** The target of this very route, or null. Waits for changes, as they do for one another. */
    @SuppressWarnings("unchecked")
    public synchronized T get(InetAddress network, int prefixLength) {
        ByteBuffer bytes = ByteBuffer.wrap(network.getAddress());
        check(prefixLength, bytes.remaining() * Byte.SIZE);
        return (T) (isV4(bytes) ? ipv4.get((long) bytes.getInt() << BITS4, 0, prefixLength)
                : ipv6.get(bytes.getLong(), bytes.getLong(), prefixLength));
    }

    @SuppressWarnings("unchecked")
    private synchronized T set4(int network, int prefixLength, T target) {
        check(prefixLength, BITS4);
        Object before = ipv4.set((long) network << BITS4, 0, prefixLength, target);
        size4 += growth(before, target);
        return (T) before;
    }

    @SuppressWarnings("unchecked")
    private synchronized T set6(long high, long low, int prefixLength, T target) {
        check(prefixLength, BITS6);
        Object before = ipv6.set(high, low, prefixLength, target);
        size6 += growth(before, target);
        return (T) before;
    }

    private static int growth(Object before, Object after) {
        return (after == null ? 0 : 1) - (before == null ? 0 : 1);
    }

    private static void check(int prefixLength, int bits) {
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException("a prefix length must be 0.." + bits + ": length=" + prefixLength);
        }
    }

    /** Routes of IPv4. */
    public synchronized int ipv4Size() {
        return size4;
    }

    /** Routes of IPv6. */
    public synchronized int ipv6Size() {
        return size6;
    }

    /**
     * Shows all routes, IPv4's first, in the order of addresses, the shorter prefix first. Changes by other threads
     * wait until it is done; lookups do not.
     *
     * @param visitor must not change the table
     */
    @SuppressWarnings("unchecked")
    public synchronized void forEach(RouteVisitor<? super T> visitor) {
        ipv4.forEach((high, low, length, target) ->
                visitor.route(address(ByteBuffer.allocate(4).putInt((int) (high >>> BITS4))), length, (T) target));
        ipv6.forEach((high, low, length, target) ->
                visitor.route(address(ByteBuffer.allocate(16).putLong(high).putLong(low)), length, (T) target));
    }

    private static InetAddress address(ByteBuffer bytes) {
        try {
            return InetAddress.getByAddress(bytes.array());
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    private static boolean isV4(ByteBuffer address) {
        return address.remaining() == Integer.BYTES;
    }
}
