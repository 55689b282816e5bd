package org.nettytun.buffer;

/**
 * How many packets a thread's cache holds and moves at once. The kernel's numbers are tuned, not laws.
 *
 * @param size     the stack's; it holds one less between calls
 * @param refill   fetched from the shared slots when the stack is empty
 * @param flush    given to the shared slots when it is full
 * @param deferMax most that wait for an owner after others released them; half of it while the owner is idle
 * @see <a href="https://elixir.bootlin.com/linux/v6.19/source/net/core/skbuff.c">NAPI_SKB_CACHE_SIZE, v6.19</a>
 */
public record NapiSizes(int size, int refill, int flush, int deferMax) {
    /** Those of Linux 6.19 and later: the default. */
    public static final NapiSizes LINUX_6_19 = new NapiSizes(128, 32, 32, 128);
    /** Those of Linux 5.12 to 6.18. */
    public static final NapiSizes LINUX_5_12 = new NapiSizes(64, 16, 32, 64);

    /** Of any of them, at most: some thousand times the kernel's. */
    private static final int MOST = 1 << 16;

    /** @throws IllegalArgumentException for numbers with which the cache could not work */
    public NapiSizes {
        if (refill < 1 || refill > size || flush < 1 || flush > size || size > MOST || deferMax < 0
                || deferMax > MOST) {
            throw new IllegalArgumentException("a cache needs 1 <= refill <= size, 1 <= flush <= size <= " + MOST
                    + " and 0 <= deferMax <= " + MOST
                    + ": size=" + size + ", refill=" + refill + ", flush=" + flush + ", deferMax=" + deferMax);
        }
    }

    /** For slots of the largest size, of which a thread shall not keep megabytes. */
    NapiSizes forLarge() {
        return new NapiSizes(Math.max(1, size / 8), Math.max(1, refill / 8), Math.max(1, flush / 8), deferMax / 8);
    }
}
