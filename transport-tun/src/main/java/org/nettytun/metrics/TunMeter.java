package org.nettytun.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.BaseUnits;

import java.util.List;

/** All meters of this library. {@code docs/metrics.md} is made of it. */
public enum TunMeter {
    /** What went through. */
    PACKETS("netty.tun.packets", Meter.Type.COUNTER, "packets",
            "Packets that the kernel gave us (inbound) or took from us (outbound)", "device", "direction", "queue"),
    /** Their bytes. */
    BYTES("netty.tun.bytes", Meter.Type.COUNTER, BaseUnits.BYTES, "Bytes of these packets, IP headers included",
            "device", "direction", "queue"),
    /** What was let go, and why. */
    DROPS("netty.tun.drops", Meter.Type.COUNTER, "packets",
            "Packets that were dropped, by reason, all queues of the device together", "device", "direction", "reason"),
    /** The terms of the balances. */
    LEDGER("netty.tun.ledger", Meter.Type.COUNTER, "packets",
            "Terms of the balances: read = delivered + dropped_before; accepted = sent + refused + purged + pending",
            "device", "queue", "term"),
    /** The term that falls. */
    PENDING("netty.tun.pending", Meter.Type.GAUGE, "packets", "Packets accepted for writing that are still here",
            "device", "queue"),

    /** Super-packets, and what was done for them. */
    OFFLOAD("netty.tun.offload", Meter.Type.COUNTER, "packets",
            "Super-packets read and sent (super_read, super_sent; segments_read / super_read is the segments in one),"
                    + " split and their segments, packets merged, checksums completed, and offload_refused: fallbacks"
                    + " because the kernel refused one", "device", "queue", "term"),

    /** The interface's own count. */
    KERNEL_PACKETS("netty.tun.kernel.packets", Meter.Type.COUNTER, "packets",
            "Packets as the interface counts them: what it calls TX is our inbound", "device", "direction"),
    /** Its bytes. */
    KERNEL_BYTES("netty.tun.kernel.bytes", Meter.Type.COUNTER, BaseUnits.BYTES, "Bytes of these packets", "device",
            "direction"),
    /** What the kernel dropped on its side. */
    KERNEL_DROPS("netty.tun.kernel.drops", Meter.Type.COUNTER, "packets",
            "Packets the kernel dropped: inbound because its queue for us was full or there was none, outbound because"
                    + " it refused them", "device", "direction"),
    /** What it found malformed. */
    KERNEL_ERRORS("netty.tun.kernel.errors", Meter.Type.COUNTER, "packets",
            "Packets the kernel found malformed; outbound, those with a wrong virtio header among them", "device",
            "direction"),

    /** Turns of a loop. */
    LOOP_PASSES("netty.tun.loop.passes", Meter.Type.COUNTER, "passes", "Times the event loop asked epoll", "loop"),
    /** What they found. */
    LOOP_EVENTS("netty.tun.loop.events", Meter.Type.COUNTER, BaseUnits.EVENTS,
            "Descriptors the event loop found ready", "loop"),

    /** Slots given out. */
    BUFFER_GETS("netty.tun.buffer.gets", Meter.Type.COUNTER, "slots",
            "Slots asked for: found in the thread's cache, fetched from the shared ones (refill), or not had"
                    + " (shortfall)", "allocator", "result"),
    /** Slots taken back. */
    BUFFER_RETURNS("netty.tun.buffer.returns", Meter.Type.COUNTER, "slots",
            "Slots that came back: on the spot (local), through the owner's ring (deferred), or among all threads'"
                    + " (shared)", "allocator", "place"),
    /** Owners woken. */
    BUFFER_WAKEUPS("netty.tun.buffer.wakeups", Meter.Type.COUNTER, "wakeups",
            "Times an idle loop was woken to fetch slots that others released", "allocator"),
    /** How packets' lives ended. */
    BUFFER_HEADS("netty.tun.buffer.heads", Meter.Type.COUNTER, "heads",
            "Packet heads: taken; and how they ended: consumed (unused ones, too), sent, dropped", "allocator", "verb"),
    /** Memory in slabs. */
    BUFFER_SLAB_BYTES("netty.tun.buffer.slab.bytes", Meter.Type.GAUGE, BaseUnits.BYTES,
            "Direct memory in slabs, used or not", "allocator"),
    /** Those that have not ended. */
    BUFFER_ALIVE("netty.tun.buffer.alive", Meter.Type.GAUGE, "heads",
            "Packet heads that have not ended, by a count of their own: taken = consumed + sent + dropped + alive",
            "allocator"),
    /** Slots out of the shared ones. */
    BUFFER_SLOTS("netty.tun.buffer.slots", Meter.Type.GAUGE, "slots", "Slots with threads' caches or in packets",
            "allocator"),
    /** The most of these. */
    BUFFER_HIGH_WATER("netty.tun.buffer.high.water", Meter.Type.GAUGE, "slots", "The most of these that ever were",
            "allocator"),

    /** What an application did with packets. */
    APPLICATION_PACKETS("netty.tun.application.packets", Meter.Type.COUNTER, "packets",
            "Packets the application made or changed: originated, copied, fragmented, fragments, split, segments,"
                    + " merged", "application", "term"),
    /** Their bytes. */
    APPLICATION_BYTES("netty.tun.application.bytes", Meter.Type.COUNTER, BaseUnits.BYTES, "Bytes of these packets",
            "application", "term"),
    /** Its own packets that it let go. */
    APPLICATION_DROPS("netty.tun.application.drops", Meter.Type.COUNTER, "packets",
            "Packets of the application's own making that were dropped, by reason", "application", "reason");

    private final String key;
    private final Meter.Type type;
    private final String baseUnit;
    private final String description;
    private final List<String> tags;

    TunMeter(String key, Meter.Type type, String baseUnit, String description, String... tags) {
        this.key = key;
        this.type = type;
        this.baseUnit = baseUnit;
        this.description = description;
        this.tags = List.of(tags);
    }

    /** Its name in Micrometer, as in {@code netty.tun.packets}. */
    public String key() {
        return key;
    }

    /** Counter or gauge. */
    public Meter.Type type() {
        return type;
    }

    /** In what it counts. */
    public String baseUnit() {
        return baseUnit;
    }

    /** One sentence. */
    public String description() {
        return description;
    }

    /** The keys of its tags; a binder may be told to add others. */
    public List<String> tags() {
        return tags;
    }
}
