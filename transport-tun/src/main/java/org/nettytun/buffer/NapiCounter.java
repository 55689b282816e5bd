package org.nettytun.buffer;

/** What happens to packets of a {@link NapiByteBufAllocator}; counted. */
public enum NapiCounter {
    /** Got from the thread's own cache. */
    GET_CACHED,
    /** Got from the shared slots. */
    GET_REFILLED,
    /** Asked for and not got: there was no memory. */
    SHORTFALL,
    /** Released onto the cache of the thread that released it. */
    RETURN_LOCAL,
    /** Released by another thread, and fetched home by the owner. */
    RETURN_DEFERRED,
    /** Released to the shared slots: by a thread without a cache, when the owner could not take it. */
    RETURN_SHARED,
    /** Times an owner was woken to fetch what waits for it. */
    WAKE_UP,
    /** Heads that were given out: a packet's life begins. */
    TAKEN,
    /** Heads whose last reference was released in the normal way, whether they held a packet or not. */
    CONSUMED,
    /** Heads that were released because the kernel had taken the packet. */
    SENT,
    /** Heads whose last reference was released by a drop. */
    DROPPED
}
