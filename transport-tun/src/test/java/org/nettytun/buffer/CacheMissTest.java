package org.nettytun.buffer;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocalThread;
import jdk.jfr.EventType;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/** The event {@code org.nettytun.CacheMiss}. */
class CacheMissTest {
    private static final int SLOT_BYTES = 777;

    @Test
    void offByDefault() {
        assertFalse(EventType.getEventType(CacheMiss.class).isEnabled());
    }

    /** The first of 100 finds nothing, and each 32 later the next. */
    @Test
    void howManyAndHowManyCame(@TempDir Path folder) throws Exception {
        NapiByteBufAllocator napi = new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, SLOT_BYTES, 1 << 20);
        Path file = folder.resolve("misses.jfr");
        try (Recording recording = new Recording()) {
            recording.enable(CacheMiss.NAME);
            recording.start();
            Thread thread = new FastThreadLocalThread(() -> {
                PacketBuf[] packets = new PacketBuf[100];
                for (int i = 0; i < packets.length; i++) {
                    packets[i] = napi.allocate();
                }
                PacketBuf.consume(packets, 0, packets.length);
            });
            thread.start();
            thread.join();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> misses = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(CacheMiss.NAME))
                .filter(event -> event.getInt("slotBytes") == SLOT_BYTES).toList();
        assertEquals(4, misses.size());
        misses.forEach(event -> assertEquals(32, event.getInt("got")));
        misses.forEach(event -> assertEquals(1, event.getInt("asked")));
    }
}
