package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;
import org.nettytun.stats.TunStats;

import java.util.concurrent.TimeUnit;

/**
 * Packets to us that arrive in fragments. Belongs to one event loop. Bounded in memory: beyond 32 of them the oldest
 * makes room; a bounded time each. Fragments that were taken and came to nothing are drops of the queue's ledger.
 */
final class Reassembly {
    /** Of 64 KiB each while they are incomplete. */
    static final int LIMIT = 32;

    private final Datagram[] datagrams = new Datagram[LIMIT];
    private final Packets packets;
    private final TunStats ledger;
    private final long timeout;
    private int used;

    /** @param seconds that a packet may take */
    Reassembly(Packets packets, TunStats ledger, int seconds) {
        this.packets = packets;
        this.ledger = ledger;
        this.timeout = TimeUnit.SECONDS.toNanos(seconds);
        for (int i = 0; i < LIMIT; i++) {
            datagrams[i] = new Datagram();
        }
    }

    /** The packet that a fragment is of, new or not; null if there is no memory. */
    Datagram of(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int identification,
                int protocol, long now) {
        Datagram place = datagrams[0];
        for (Datagram each : datagrams) {
            if (each.is(sourceHigh, sourceLow, destinationHigh, destinationLow, identification, protocol)) {
                return each;
            }
            boolean older = !place.isFree() && (each.isFree() || each.deadline() - place.deadline() < 0);
            place = older ? each : place;
        }
        if (!place.isFree()) {
            discard(place, TunDropReason.FRAG_EVICTED);
        }
        ByteBuf bytes = packets.buffer(Datagram.CAPACITY);
        if (bytes == null) {
            return null;
        }
        place.open(bytes, sourceHigh, sourceLow, destinationHigh, destinationLow, identification, protocol,
                now + timeout);
        used++;
        return place;
    }

    /** The packet is complete, and used. */
    void finish(Datagram datagram) {
        datagram.close();
        used--;
    }

    /** The packet comes to nothing: its fragments are drops. */
    void discard(Datagram datagram, DropReason reason) {
        for (int i = 0; i < datagram.fragments(); i++) {
            ledger.drop(Direction.INBOUND, reason, i == 0 ? datagram.taken() : 0);   // all bytes with the first
        }
        finish(datagram);
    }

    /** One whose time is over, or null. The caller discards it. */
    Datagram expired(long now) {
        for (Datagram each : datagrams) {
            if (!each.isFree() && now - each.deadline() >= 0) {
                return each;
            }
        }
        return null;
    }

    boolean isEmpty() {
        return used == 0;
    }

    /** The loop is done: what is incomplete stays so. */
    void close() {
        for (Datagram each : datagrams) {
            if (!each.isFree()) {
                discard(each, KernelDropReason.QUEUE_PURGE);
            }
        }
    }
}
