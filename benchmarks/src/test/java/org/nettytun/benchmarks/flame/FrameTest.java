package org.nettytun.benchmarks.flame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FrameTest {
    private static final Frame TREE = Frame.parse(List.of("loop;io/netty/A.run_[j];org/nettytun/B.read_[i] 30",
            "loop;io/netty/A.run_[j];org/nettytun/B.read_[i];__GI_read;ksys_read_[k] 60",
            "loop;io/netty/A.run_[j] 10"));

    @Test
    void samplesAddUpToTheRoot() {
        assertEquals(100, TREE.samples());
        Frame run = only(only(TREE));
        assertEquals("io/netty/A.run", run.name());
        assertEquals(100, run.samples());
        assertEquals(10, run.self());
        assertEquals(30, only(run).self());
        assertEquals(6, TREE.depth(1));
        assertEquals(4, TREE.depth(61));
    }

    private static Frame only(Frame frame) {
        return frame.callees().iterator().next();
    }

    @ParameterizedTest
    @CsvSource({"org/nettytun/channel/TunChannel.readReady_[j],OURS", "io/netty/buffer/ByteBuf.release_[i],NETTY",
        "org/nettytun/benchmarks/hairpin/Bounce.channelRead_[j],APPLICATION", "java/lang/Thread.run_[j],JDK",
        "__GI_read,NATIVE", "tun_get_user_[k],KERNEL", "/tmp/libnetty_x86_641234.so (deleted),NATIVE"})
    void aFrameTellsWhoseCodeItIs(String name, Frame.Kind kind) {
        assertEquals(kind, new Frame(name).kind());
    }

    @Test
    void whatNettyUnpackedHasItsOwnName() {
        assertEquals("libnetty_transport_native_epoll_x86_64.so",
                new Frame(".tmp.libnetty_transport_native_epoll_x86_643509.so (deleted)").name());
    }

    @Test
    void sharesAreNanosecondsOfOnePacket() {
        Shares shares = new Shares(only(TREE));
        assertEquals(600, shares.nanos(Part.KERNEL_READ, 1000));
        assertEquals(0, shares.nanos(Part.KERNEL_WRITE, 1000));
        String methods = shares.methods(1000);
        assertTrue(methods.contains("| `org.nettytun.B.read` | 300.0 |"), methods);
    }

    @ParameterizedTest
    @CsvSource({
        "LEAK_DETECTION,io/netty/util/ResourceLeakDetector.track_[j];java_lang_Throwable::fill_in_stack_trace",
        "KERNEL_WRITE,io/netty/channel/unix/FileDescriptor.writeAddress_[j];ksys_write_[k];tun_get_user_[k]",
        "KERNEL_REST,__GI_write;entry_SYSCALL_64_[k]",
        "CALLS,org/nettytun/channel/PacketWriter.write_[j];io/netty/channel/unix/FileDescriptor.writeAddress_[j]",
        "OUTBOUND_BUFFER,io/netty/channel/ChannelOutboundBuffer.remove_[j];java/lang/Thread.currentThread_[i]",
        "COUNTERS,org/nettytun/channel/PacketReader.read_[j];org/nettytun/stats/TunStats.count_[i]",
        "CHANNEL,org/nettytun/channel/PacketReader.read_[j]",
        "LOOP,org/nettytun/channel/TunIoHandler.run_[j]",
        "REST,start_thread"})
    void aSampleBelongsToItsInnermostPart(Part part, String stack) {
        assertEquals(part, Part.of(List.of(stack.split(";"))));
    }

    @Test
    void thePictureHasEachFrameWithItsShare() {
        String svg = FlameGraph.svg(TREE, "a < b");
        assertTrue(svg.startsWith("<svg ") && svg.endsWith("</svg>\n"), svg);
        assertTrue(svg.contains("a &lt; b"), svg);
        assertTrue(svg.contains("<title>ksys_read: 60.0 %</title>"), svg);
    }
}
