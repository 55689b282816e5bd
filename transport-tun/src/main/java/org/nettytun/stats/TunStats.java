package org.nettytun.stats;

import io.netty.util.internal.PlatformDependent;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * A ledger: what became of packets, and why those were dropped that were. A queue has one ({@code TunChannel.stats()});
 * an application may have more, for packets that it makes itself. Counted by any thread, fastest by the queue's event
 * loop; read by any thread, at any time, without stopping anybody. Counters only grow, but for {@link Term#PENDING}.
 */
public final class TunStats {
    private static final int PACKETS = 0;
    private static final int BYTES = 1;
    private static final int EACH = 2;
    private static final int DROPS = EACH * Term.values().length;

    private final Cells cells = new Cells(DROPS + EACH * DropReasons.MAX_REASONS * Direction.values().length);
    private final Direction side;
    private volatile String name;

    private TunStats(Direction side, String name) {
        this.side = side;
        this.name = name;
    }

    /**
     * An application's own ledger: a packet of it that is dropped was on its way out.
     *
     * @param name the value of the metric tag {@code application}
     */
    public TunStats(String name) {
        this(Direction.OUTBOUND, name);
    }

    /** An application's ledger without a name. */
    public TunStats() {
        this("");
    }

    /** A queue's ledger: a packet of it that is dropped came in there. */
    public static TunStats ofQueue() {
        return new TunStats(Direction.INBOUND, "");
    }

    /** The device's name, as soon as there is one; or the application's. */
    public String name() {
        return name;
    }

    /** The device got a name, or another. */
    public void named(String device) {
        name = device;
    }

    /**
     * Says which thread counts without a lock from now on; the others are counted beside.
     *
     * @param thread the caller; or {@code null}, from that same thread, before another one may follow
     */
    public void ownedBy(Thread thread) {
        cells.ownedBy(thread);
    }

    /** Counts one packet. Any thread. */
    public void count(Term term, int bytes) {
        add(EACH * term.ordinal(), 1, bytes);
    }

    /** Counts several packets of so many bytes together. Any thread. */
    public void count(Term term, int packets, int bytes) {
        add(EACH * term.ordinal(), packets, bytes);
    }

    /** One packet fewer; of {@link Term#PENDING} alone. */
    public void uncount(Term term, int bytes) {
        assert term == Term.PENDING;
        add(EACH * term.ordinal(), -1, -bytes);
    }

    /**
     * Counts a packet that is dropped, and emits the event; releases nothing: {@code PacketBuf.drop} does all three.
     * Any thread.
     *
     * @throws IllegalArgumentException if the reason is none; see {@link DropReasons}
     */
    public void drop(Direction direction, DropReason reason, int bytes) {
        add(cell(direction, DropReasons.index(reason)), 1, bytes);
        if (PlatformDependent.isJfrEnabled()) { // a runtime may be without the module
            PacketDropped.emit(reason, this, direction, bytes);
        }
    }

    /** Likewise, of a packet that belongs to this ledger: inbound on a queue's, outbound on an application's. */
    public void drop(DropReason reason, int bytes) {
        drop(side, reason, bytes);
    }

    private void add(int cell, int packets, int bytes) {
        cells.add(cell + PACKETS, packets, bytes); // whose neighbour are the bytes
    }

    private static int cell(Direction direction, int reason) {
        return DROPS + EACH * (direction.ordinal() * DropReasons.MAX_REASONS + reason);
    }

    /** Packets of which it was counted. */
    public long packets(Term term) {
        return cells.get(EACH * term.ordinal() + PACKETS);
    }

    /** Their bytes, IP headers included, nothing else. */
    public long bytes(Term term) {
        return cells.get(EACH * term.ordinal() + BYTES);
    }

    /** Packets that the kernel gave us (inbound) or took from us (outbound). */
    public long packets(Direction direction) {
        return packets(direction == Direction.INBOUND ? Term.READ : Term.SENT);
    }

    /** Bytes of these packets, IP headers included, nothing else. */
    public long bytes(Direction direction) {
        return bytes(direction == Direction.INBOUND ? Term.READ : Term.SENT);
    }

    /** Packets dropped for that reason. */
    public long dropped(Direction direction, DropReason reason) {
        return cells.get(cell(direction, DropReasons.index(reason)) + PACKETS);
    }

    /** Bytes of packets dropped for that reason. */
    public long droppedBytes(Direction direction, DropReason reason) {
        return cells.get(cell(direction, DropReasons.index(reason)) + BYTES);
    }

    /** Packets dropped, all reasons together. */
    public long dropped(Direction direction) {
        long sum = 0;
        for (int i = 0; i < DropReasons.count(); i++) {
            sum += cells.get(cell(direction, i) + PACKETS);
        }
        return sum;
    }

    /** Reasons that have occurred, by name, with the packets dropped for each. A copy. */
    public Map<DropReason, Long> drops(Direction direction) {
        Map<DropReason, Long> occurred = new TreeMap<>(Comparator.comparing(DropReason::name));
        for (int i = 0; i < DropReasons.count(); i++) {
            long dropped = cells.get(cell(direction, i) + PACKETS);
            if (dropped > 0) {
                occurred.put(DropReasons.at(i), dropped);
            }
        }
        return occurred;
    }

    /** The two sides of a queue's balance, now. */
    public Balance balance(Direction direction) {
        return direction == Direction.INBOUND ? balance(direction, Term.READ, Term.DELIVERED, Term.DROPPED_BEFORE)
                : balance(direction, Term.ACCEPTED, Term.SENT, Term.REFUSED, Term.PURGED, Term.PENDING);
    }

    private Balance balance(Direction direction, Term whole, Term... parts) {
        long packets = 0;
        long bytes = 0;
        for (Term part : parts) {
            packets += packets(part);
            bytes += bytes(part);
        }
        return new Balance(direction, packets(whole), packets, bytes(whole), bytes);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name).append(name.isEmpty() ? "" : ": ");
        for (Term term : Term.values()) {
            if (packets(term) != 0 || bytes(term) != 0) {
                text.append(term).append(' ').append(packets(term)).append(" (").append(bytes(term))
                        .append(" bytes), ");
            }
        }
        return text.append("dropped inbound ").append(drops(Direction.INBOUND)).append(", outbound ")
                .append(drops(Direction.OUTBOUND)).toString();
    }
}
