package org.nettytun.stats;

import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * What went through one queue, and what was dropped, why. Packets and bytes are written by the queue's event loop
 * alone, drops by any thread; everything is read by any thread, at any time, without stopping anybody. Counters only
 * grow.
 */
public final class TunStats {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    /** Longs in a cache line: what another queue's loop writes must not share a line with what we write. */
    private static final int LINE = 8;
    private static final int PACKETS = 0;
    private static final int BYTES = 1;

    private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(TunStats.class);

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final long[] cells = new long[LINE * (Direction.values().length + 2)];
    private final Map<DropReason, LongAdder> inboundDrops = new ConcurrentHashMap<>();
    private final Map<DropReason, LongAdder> outboundDrops = new ConcurrentHashMap<>();

    /** All zero. A channel has its own; an application may have more for packets of its own. */
    public TunStats() {
        // nothing has happened yet
    }

    /** Packets that the kernel gave us (inbound) or took from us (outbound). */
    public long packets(Direction direction) {
        return (long) CELL.getOpaque(cells, cell(direction, PACKETS));
    }

    /** Bytes of these packets, IP headers included, nothing else. */
    public long bytes(Direction direction) {
        return (long) CELL.getOpaque(cells, cell(direction, BYTES));
    }

    /** Packets dropped for that reason. */
    public long dropped(Direction direction, DropReason reason) {
        LongAdder count = drops0(direction).get(reason);
        return count == null ? 0 : count.sum();
    }

    /** Packets dropped, all reasons together. */
    public long dropped(Direction direction) {
        long sum = 0;
        for (LongAdder count : drops0(direction).values()) {
            sum += count.sum();
        }
        return sum;
    }

    /** Reasons that have occurred, by name, with the packets dropped for each. A copy. */
    public Map<DropReason, Long> drops(Direction direction) {
        Map<DropReason, Long> copy = new TreeMap<>(Comparator.comparing(DropReason::name));
        drops0(direction).forEach((reason, count) -> copy.put(reason, count.sum()));
        return copy;
    }

    /** Counts a packet that was read or written. The queue's event loop only. */
    public void count(Direction direction, int bytes) {
        add(cell(direction, PACKETS), 1);
        add(cell(direction, BYTES), bytes);
    }

    /** Counts a packet that was dropped; releases nothing. Any thread. */
    public void drop(Direction direction, DropReason reason) {
        if (reason == DropReason.NONE) {
            throw new IllegalArgumentException("a drop needs a reason, and NONE is not one");
        }
        Map<DropReason, LongAdder> drops = drops0(direction);
        LongAdder count = drops.get(reason);
        if (count == null) {
            count = drops.computeIfAbsent(reason, first -> new LongAdder());
            count.increment();
            listeners.forEach(listener -> listener.tell(direction, reason));
        } else {
            count.increment();
        }
    }

    /**
     * Tells of each reason that has occurred, and then of each at its first occurrence; of one reason perhaps more than
     * once.
     *
     * @param listener called by this thread, and then by those that drop; what it throws is logged
     * @return ends it
     */
    public Subscription onFirstDrop(BiConsumer<Direction, DropReason> listener) {
        Listener added = new Listener(listener);
        listeners.add(added);
        for (Direction direction : Direction.values()) {
            drops0(direction).keySet().forEach(reason -> added.tell(direction, reason));
        }
        return () -> listeners.remove(added);
    }

    private Map<DropReason, LongAdder> drops0(Direction direction) {
        return direction == Direction.INBOUND ? inboundDrops : outboundDrops;
    }

    /** One writer, so a plain read and an opaque write lose nothing and need no lock prefix. */
    private void add(int cell, long increment) {
        CELL.setOpaque(cells, cell, cells[cell] + increment);
    }

    private static int cell(Direction direction, int what) {
        return LINE * (1 + direction.ordinal()) + what;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Direction direction : Direction.values()) {
            text.append(direction.tag()).append(": ").append(packets(direction)).append(" packets, ")
                    .append(bytes(direction)).append(" bytes, dropped ").append(drops(direction)).append("; ");
        }
        return text.substring(0, text.length() - 2);
    }

    /** Until it is closed a listener is told. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** Somebody else's code: a loop that drops a packet must not fail because of it. */
    private record Listener(BiConsumer<Direction, DropReason> told) {
        void tell(Direction direction, DropReason reason) {
            try {
                told.accept(direction, reason);
            } catch (Throwable e) { // an Error, too: a class that is not there
                LOGGER.warn("A listener of drop reasons failed: reason={}", reason.name(), e);
            }
        }
    }
}
