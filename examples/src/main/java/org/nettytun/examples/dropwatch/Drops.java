package org.nettytun.examples.dropwatch;

import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The drops of one interval, those of one reason and place together. Any thread. */
final class Drops {
    /** Those through which every packet goes when it ends: the place is whoever called them. */
    private static final Set<String> VERBS = Set.of("org.nettytun.stats.PacketDropped", "org.nettytun.stats.TunStats",
            "org.nettytun.buffer.PacketBuf", "org.nettytun.buffer.PacketVector",
            "io.netty.util.AbstractReferenceCounted", "io.netty.util.ReferenceCountUtil");

    private record Kind(String reason, String direction, String device, String place) {
    }

    private record Sum(long packets, long bytes) {
        Sum and(Sum other) {
            return new Sum(packets + other.packets, bytes + other.bytes);
        }
    }

    private final Map<Kind, Sum> sums = new LinkedHashMap<>();

    synchronized void add(RecordedEvent event) {
        Kind kind = new Kind(event.getString("reason"), event.getString("direction"), event.getString("device"),
                place(event));
        sums.merge(kind, new Sum(1, event.getInt("length")), Sum::and);
    }

    private static String place(RecordedEvent event) {
        if (event.getStackTrace() == null) {
            return "an unknown place";
        }
        List<RecordedFrame> frames = event.getStackTrace().getFrames();
        return frames.stream()
                .filter(frame -> !VERBS.contains(frame.getMethod().getType().getName())).findFirst()
                .map(frame -> frame.getMethod().getType().getName() + '.' + frame.getMethod().getName() + ':'
                        + frame.getLineNumber())
                .orElse("an unknown place");
    }

    /** A line for each reason and place since the last time. */
    synchronized List<String> lines() {
        List<String> lines = sums.entrySet().stream().map(each -> line(each.getKey(), each.getValue())).toList();
        sums.clear();
        return lines;
    }

    private static String line(Kind kind, Sum sum) {
        return sum.packets() + (sum.packets() == 1 ? " drop" : " drops") + " (" + sum.bytes() + " bytes) "
                + kind.reason() + ' ' + kind.direction() + ' ' + kind.device() + " at " + kind.place();
    }
}
