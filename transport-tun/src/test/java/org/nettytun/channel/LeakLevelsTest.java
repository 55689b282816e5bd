package org.nettytun.channel;

import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.Jvm;
import org.nettytun.linux.fixture.Netns;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The leak tracker is the packet's own: a typed handler sees every packet at every level, and a leak is reported. */
class LeakLevelsTest {
    private static final int EACH = 1_000_000;
    private static final int SAMPLED = 1024;
    private static final Pattern LINE = Pattern.compile("([A-Z]+) seen=(\\d+) other=(\\d+) tracked=(\\d+)");

    @Test
    void aTypedHandlerSeesEveryPacketAndALeakIsReported() {
        List<String> words = Jvm.command(LeakLevels.class, Integer.toString(EACH));
        words.addAll(1, List.of("-Xmx256m", "-Dio.netty.leakDetection.samplingInterval=" + SAMPLED));
        String printed = Netns.run(words.toArray(String[]::new));
        Map<String, Long> tracked = new TreeMap<>();
        for (Matcher line = LINE.matcher(printed); line.find(); ) {
            assertEquals(EACH, Long.parseLong(line.group(2)), printed);
            assertEquals(0, Long.parseLong(line.group(3)), printed);
            tracked.put(line.group(1), Long.valueOf(line.group(4)));
        }
        assertEquals(4, tracked.size(), printed);
        assertEquals(0, tracked.get("DISABLED"));
        assertSampled(tracked.get("SIMPLE"));
        assertSampled(tracked.get("ADVANCED"));
        assertTrue(tracked.get("PARANOID") >= EACH - 128, printed); // some were read before the level was set

        int at = printed.indexOf("PacketBuf");
        assertTrue(at >= 0, printed);
        String report = printed.substring(at);
        assertTrue(report.contains("Hint: " + LeakLevels.HINT), report);
        assertTrue(report.contains("LeakLevels.channelRead0"), report);
        assertTrue(report.contains("Created at:"), report);
        assertTrue(report.contains("PacketReader"), report);
    }

    private static void assertSampled(long tracked) {
        long expected = EACH / SAMPLED;
        assertTrue(tracked > expected / 2 && tracked < expected * 2, () -> tracked + " of " + EACH);
    }
}
