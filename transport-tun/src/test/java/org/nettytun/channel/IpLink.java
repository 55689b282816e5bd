package org.nettytun.channel;

import org.nettytun.linux.LinkStatistics;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.stats.Direction;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunStats;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** What {@code ip -s -j link} says of a device: the judge of our counters. */
final class IpLink {
    private static final Pattern COUNTERS = Pattern.compile(
            "\"(rx|tx)\":\\{\"bytes\":(\\d+),\"packets\":(\\d+),\"errors\":(\\d+),\"dropped\":(\\d+)");

    private IpLink() {
    }

    static LinkStatistics statistics(Netns netns, String device) {
        String printed = netns.ip("-s", "-j", "link", "show", "dev", device).replaceAll("\\s", "");
        Matcher rx = COUNTERS.matcher(printed);
        assertTrue(rx.find(), printed);
        Matcher tx = COUNTERS.matcher(printed);
        assertTrue(tx.find(rx.end()), printed);
        return new LinkStatistics(number(rx, 3), number(tx, 3), number(rx, 2), number(tx, 2), number(rx, 4),
                number(tx, 4), number(rx, 5), number(tx, 5), 0);
    }

    private static long number(Matcher counters, int group) {
        return Long.parseLong(counters.group(group));
    }

    /**
     * Where our ledger and the interface differ.
     *
     * @param refused writes that the kernel has counted as dropped
     */
    static List<String> differences(TunStats ours, LinkStatistics kernel, long refused) {
        List<String> different = new ArrayList<>();
        differ(different, "packets read", ours.packets(Term.READ), kernel.txPackets());
        differ(different, "bytes read", ours.bytes(Term.READ), kernel.txBytes());
        differ(different, "packets sent", ours.packets(Term.SENT), kernel.rxPackets());
        differ(different, "bytes sent", ours.bytes(Term.SENT), kernel.rxBytes());
        differ(different, "packets refused", refused, kernel.rxDropped());
        differ(different, "refused, or as empty not offered", ours.packets(Term.REFUSED)
                - ours.dropped(Direction.OUTBOUND, PacketRefusedException.EMPTY.reason()), kernel.rxDropped());
        return different;
    }

    private static void differ(List<String> different, String what, long ours, long kernels) {
        if (ours != kernels) {
            different.add(what + ": we say " + ours + ", the kernel " + kernels);
        }
    }
}
