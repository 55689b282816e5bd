package org.nettytun.benchmarks.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.nettytun.packet.InternetChecksum;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The checksum of 1500 bytes in direct memory. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChecksumBenchmark {
    private static final int BYTES = 1500;
    private static final int WORD_BITS = 16;
    private static final int WORD = 0xffff;

    private final ByteBuf packet = Unpooled.directBuffer(BYTES, BYTES);

    /** For JMH. */
    public ChecksumBenchmark() {
    }

    /** Any bytes. */
    @Setup
    public void fill() {
        byte[] bytes = new byte[BYTES];
        new Random(1).nextBytes(bytes);
        packet.writeBytes(bytes);
        if (ours() != bytePairs() || ours() != words()) {
            throw new IllegalStateException("the checksums differ");
        }
    }

    /** What JMH itself costs. */
    @Benchmark
    public void empty() {
    }

    /** {@link InternetChecksum}. */
    @Benchmark
    public int ours() {
        return InternetChecksum.of(packet, 0, BYTES);
    }

    /** The loop that RFC 1071, section 4.1 shows, two bytes read one by one in each step. */
    @Benchmark
    public int bytePairs() {
        int sum = 0;
        for (int i = 0; i < BYTES; i += 2) {
            sum += packet.getUnsignedByte(i) << Byte.SIZE | packet.getUnsignedByte(i + 1);
        }
        return fold(sum);
    }

    /** The same, two bytes read at once. */
    @Benchmark
    public int words() {
        int sum = 0;
        for (int i = 0; i < BYTES; i += 2) {
            sum += packet.getUnsignedShort(i);
        }
        return fold(sum);
    }

    private static int fold(int words) {
        int sum = words;
        while (sum >>> WORD_BITS != 0) {
            sum = (sum & WORD) + (sum >>> WORD_BITS);
        }
        return ~sum & WORD;
    }
}
