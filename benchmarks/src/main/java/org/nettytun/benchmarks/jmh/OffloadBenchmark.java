package org.nettytun.benchmarks.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.offload.GroMerger;
import org.nettytun.offload.GroPacket;
import org.nettytun.offload.GsoSplit;
import org.nettytun.packet.InternetChecksum;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.TunStats;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.concurrent.TimeUnit;

/** A super-packet of TCP over IPv4: split into 44 segments of 1448 bytes, and merged from as many. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {FastThreads.CUSTOM, FastThreads.CLASS})
public class OffloadBenchmark {
    private static final int SEGMENTS = 44;
    private static final int SEGMENT = 1448;
    private static final int TRANSPORT = 20;
    private static final int HEADERS = 40;
    private static final int BYTES = HEADERS + SEGMENTS * SEGMENT;
    private static final int TCP_CHECKSUM = 16;

    private final GsoSplit split = new GsoSplit();
    private final GroMerger merger = new GroMerger(SEGMENTS);
    private final PacketBuf[] segments = new PacketBuf[SEGMENTS];
    private final PacketBuf[] whole = new PacketBuf[SEGMENTS];   // what is merged
    private final ByteBuf headers = Unpooled.directBuffer(HEADERS, HEADERS);
    private PacketBuf packet;
    private PacketMetadata merged;

    /** For JMH. */
    public OffloadBenchmark() {
    }

    /** Makes the super-packet, and the segments of it. */
    @Setup
    public void make() {
        ByteBuf bytes = Unpooled.directBuffer(BYTES, BYTES);
        bytes.writeShort(0x4500).writeShort(BYTES).writeInt(0x4000).writeInt(64 << 24 | 6 << 16);
        bytes.writeInt(0x0a070102).writeInt(0x0a070202);
        bytes.setShort(10, InternetChecksum.of(bytes, 0, TRANSPORT));
        bytes.writeInt(0x40000009).writeInt(1).writeInt(1).writeInt(0x5010ffff).writeInt(0);
        for (int i = 0; i < SEGMENTS * SEGMENT; i++) {
            bytes.writeByte(i);
        }
        packet = PacketBuf.build(bytes, new TunStats());
        packet.metadata().partialChecksum(TRANSPORT, TCP_CHECKSUM).gso(GsoType.TCP4, false, SEGMENT, HEADERS);
        merged = PacketBuf.build(Unpooled.directBuffer(HEADERS), new TunStats()).metadata();
        splitInto(whole);
        if (merge() != SEGMENTS) {
            throw new IllegalStateException("the segments do not merge into one");
        }
    }

    /** What JMH itself costs. */
    @Benchmark
    public void empty() {
    }

    /** Into slots of the NAPI allocator, each with a checksum of its own; and these given back. */
    @Benchmark
    public void split() {
        splitInto(segments);
        PacketBuf.consume(segments, 0, SEGMENTS);
    }

    private void splitInto(PacketBuf[] out) {
        DropReason wrong = split.start(packet);
        if (wrong != DropReason.NONE || split.segments() != SEGMENTS
                || NapiByteBufAllocator.DEFAULT.allocateBulk(out, SEGMENTS) < SEGMENTS) {
            throw new IllegalStateException("expected " + SEGMENTS + " segments: " + wrong + ' ' + split.segments());
        }
        for (int i = 0; i < SEGMENTS; i++) {
            split.write(i, out[i]);
        }
    }

    /**
     * Looks at each, its checksum included, finds that all are one, and writes the headers of that; the payloads stay
     * where they are, for {@code writev}.
     *
     * @return segments of the one
     */
    @Benchmark
    public int merge() {
        for (PacketBuf each : whole) {
            merger.add(each);
        }
        GroPacket one = merger.packet(0);
        one.writeHeaders(headers.clear(), merged);
        int count = one.segments();
        merger.clear();
        return count;
    }
}
