package org.nettytun.benchmarks.flame;

import org.nettytun.benchmarks.report.Table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Nanoseconds of one packet, by {@link Part} and by method. */
final class Shares {
    private static final int METHODS = 20;

    private final Map<Part, Long> parts = new EnumMap<>(Part.class);
    private final Map<String, Long> methods = new HashMap<>();
    private final long total;

    /** @param root of which all callees count */
    Shares(Frame root) {
        total = root.samples();
        root.callees().forEach(callee -> visit(callee, new ArrayList<>()));
    }

    private void visit(Frame frame, List<String> callers) {
        List<String> stack = new ArrayList<>(callers);
        stack.add(frame.fullName());
        if (frame.self() > 0) {
            parts.merge(Part.of(stack), frame.self(), Long::sum);
            if (frame.kind() != Frame.Kind.KERNEL) {
                methods.merge(frame.name(), frame.self(), Long::sum);
            }
        }
        frame.callees().forEach(callee -> visit(callee, stack));
    }

    /** By the samples in a part. */
    double nanos(Part part, double nanosOfPacket) {
        return parts.getOrDefault(part, 0L) * nanosOfPacket / total;
    }

    /** The methods in which most time is, without what they call, in Markdown. */
    String methods(double nanosOfPacket) {
        Table table = new Table("method, outside the kernel and without what it calls", "ns per packet");
        methods.entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(METHODS).forEach(method -> table.row('`' + method.getKey().replace('/', '.') + '`',
                        format(method.getValue() * nanosOfPacket / total)));
        return table.toString();
    }

    /** One decimal. */
    static String format(double nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos);
    }
}
