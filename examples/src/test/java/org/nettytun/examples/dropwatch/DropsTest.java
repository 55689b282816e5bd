package org.nettytun.examples.dropwatch;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCountUtil;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketVector;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunStats;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The place of a drop is whoever let the packet go, by whatever verb. */
class DropsTest {
    private static final String EVENT = "org.nettytun.PacketDropped";

    private final TunStats ledger = new TunStats("test");

    private PacketBuf packet() {
        return PacketBuf.build(Unpooled.wrappedBuffer(new byte[100]), ledger);
    }

    private void dropsThree() {
        packet().drop(KernelDropReason.NOMEM);
        PacketVector.allocate().add(packet()).add(packet()).drop(KernelDropReason.NOMEM);
    }

    /** As Netty does with what waits when a channel closes. */
    private void purgesTwo() {
        ByteBuf one = PacketBuf.accept(packet(), ledger);
        ReferenceCountUtil.safeRelease(one);
        PacketVector vector = PacketVector.allocate().add(packet()).accept(ledger);
        ReferenceCountUtil.safeRelease(vector);
    }

    @Test
    void packetsAndVectorsAlike(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("drops.jfr");
        try (Recording recording = new Recording()) {
            recording.enable(EVENT);
            recording.start();
            dropsThree();
            purgesTwo();
            recording.stop();
            recording.dump(file);
        }
        Drops drops = new Drops();
        RecordingFile.readAllEvents(file).stream().filter(event -> event.getEventType().getName().equals(EVENT))
                .forEach(drops::add);
        List<String> lines = drops.lines();
        assertEquals(3, lines.stream().filter(line -> line.contains("NOMEM outbound test at "))
                .mapToInt(DropsTest::packets).sum(), lines::toString);
        assertEquals(2, lines.stream().filter(line -> line.contains("QUEUE_PURGE outbound test at "))
                .mapToInt(DropsTest::packets).sum(), lines::toString);
        assertTrue(lines.stream().allMatch(line -> line.contains(" at " + DropsTest.class.getName() + '.')),
                lines::toString);
        assertEquals(List.of(), drops.lines(), "told once");
    }

    private static int packets(String line) {
        return Integer.parseInt(line.substring(0, line.indexOf(' ')));
    }
}
