package org.nettytun.stats;

import jdk.jfr.EventType;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The event {@code org.nettytun.PacketDropped}. */
class FlightRecorderTest {
    @Test
    void offByDefault(@TempDir Path folder) throws IOException {
        assertEquals(List.of(), record(folder, recording -> { }));
        assertFalse(EventType.getEventType(PacketDropped.class).isEnabled());
    }

    @Test
    void whyWhereAndWhat(@TempDir Path folder) throws IOException {
        List<RecordedEvent> events = record(folder, recording -> recording.enable(PacketDropped.NAME));
        assertEquals(1, events.size());
        RecordedEvent event = events.get(0);
        assertEquals("TTL_EXPIRED", event.getString("reason"));
        assertEquals("tun7", event.getString("device"));
        assertEquals("inbound", event.getString("direction"));
        assertEquals(40, event.getInt("length"));
        assertTrue(event.getStackTrace().getFrames().stream().map(RecordedFrame::getMethod)
                .anyMatch(method -> method.getName().equals("drops")), event::toString);
    }

    private interface Settings {
        void apply(Recording recording);
    }

    private static List<RecordedEvent> record(Path folder, Settings settings) throws IOException {
        Path file = folder.resolve("drops.jfr");
        try (Recording recording = new Recording()) {
            settings.apply(recording);
            recording.start();
            drops();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(PacketDropped.NAME)).toList();
    }

    private static void drops() {
        TunStats stats = TunStats.ofQueue();
        stats.named("tun7");
        stats.drop(TunDropReason.TTL_EXPIRED, 40);
    }
}
