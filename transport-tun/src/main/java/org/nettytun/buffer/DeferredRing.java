package org.nettytun.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The packets of one owner that others gave back and it has yet to fetch: {@code softnet_data.defer_list}. Any thread
 * puts, for one atomic operation a packet; only the owner fetches, without any.
 *
 * <p>A ring and no list, as the kernel has it: whoever puts links nothing, and the owner need not read one packet to
 * find the next, each of them in another core's cache.
 */
final class DeferredRing {
    private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(PacketBuf[].class);
    private static final VarHandle POSITION = MethodHandles.arrayElementVarHandle(long[].class);
    /** Positions that only grow, far enough apart not to share a cache line with each other, or with anything else. */
    private static final int CLAIMED = 16;
    private static final int FETCHED = 32;
    private static final int POSITIONS = 48;
    /** Where a ring is in which there is no room any more. */
    private static final long CLOSED = Long.MAX_VALUE;

    private final PacketBuf[] places;
    private final long[] positions = new long[POSITIONS];

    /** @param most packets that ever wait in it */
    DeferredRing(int most) {
        places = new PacketBuf[Integer.highestOneBit(Math.max(1, 2 * most - 1))];
    }

    private long get(int position) {
        return (long) POSITION.getAcquire(positions, position);
    }

    private int place(long position) {
        return (int) position & places.length - 1;
    }

    /** Packets in it, and those about to be put; 0 once it is closed. Any thread. */
    int waiting() {
        long fetched = get(FETCHED); // first, or the owner might overtake
        long claimed = get(CLAIMED);
        return claimed == CLOSED ? 0 : (int) (claimed - fetched);
    }

    /**
     * Any thread.
     *
     * @param most that may wait with this one
     * @return how many wait with this one; 0 if those are too many or it is closed: it is still the caller's
     */
    int put(PacketBuf head, int most) {
        long at;
        long waiting;
        do {
            at = get(CLAIMED);
            waiting = at - get(FETCHED) + 1;
            if (waiting > most || at == CLOSED) {
                return 0;
            }
        } while (!POSITION.compareAndSet(positions, CLAIMED, at, at + 1));
        PLACE.setRelease(places, place(at), head);
        return (int) waiting;
    }

    /** The owner's: how many can be {@link #fetch fetched}, up to the first that is only about to be put. */
    int ready() {
        long from = (long) POSITION.get(positions, FETCHED);
        long claimed = get(CLAIMED);
        int n = 0;
        while (from + n < claimed && PLACE.getAcquire(places, place(from + n)) != null) {
            n++;
        }
        return n;
    }

    /** The owner's: takes one of the {@link #ready}, the oldest is 0; each once, and then it says {@link #fetched}. */
    PacketBuf fetch(int index) {
        int place = place((long) POSITION.get(positions, FETCHED) + index);
        PacketBuf head = places[place];
        places[place] = null;
        return head;
    }

    /** The owner's: it has taken as many. There is room for others. */
    void fetched(int n) {
        POSITION.setRelease(positions, FETCHED, (long) POSITION.get(positions, FETCHED) + n);
    }

    /**
     * The owner's, once: nothing can be put any more. Waits for those who are about to.
     *
     * @param pool takes what is there
     */
    void close(SlotPool pool) {
        long claimed = (long) POSITION.getAndSet(positions, CLAIMED, CLOSED);
        for (long at = (long) POSITION.get(positions, FETCHED); at < claimed; at++) {
            PacketBuf head = (PacketBuf) PLACE.getAcquire(places, place(at));
            while (head == null) {
                Thread.yield(); // between its two steps somebody lost the processor
                head = (PacketBuf) PLACE.getAcquire(places, place(at));
            }
            places[place(at)] = null; // so that none is ready any more
            pool.give(head);
        }
    }
}
