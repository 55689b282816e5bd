package org.nettytun.benchmarks.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.nettytun.packet.InternetChecksum;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The checksum of 1500 bytes in direct memory; in a program that summed nothing else before, and in one that had other
 * kinds of memory, too, after which the compiler knows less.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChecksumBenchmark {
    private static final int BYTES = 1500;
    private static final int BEFORE = 30_000;
    private static final int WORD_BITS = 16;
    private static final int WORD = 0xffff;

    /** Of memory, that the program has summed. */
    @Param({"one", "many"})
    public String kinds;

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
        List<ByteBuf> all = List.of(packet, packet.asReadOnly(), Unpooled.wrappedBuffer(bytes));
        for (ByteBuf buf : all.subList(0, "many".equals(kinds) ? all.size() : 1)) {
            for (int i = 0; i < BEFORE; i++) {
                int checksum = InternetChecksum.of(buf, 0, BYTES);
                if (checksum != bytePairs(buf) || checksum != words(buf)) {
                    throw new IllegalStateException("the checksums differ");
                }
            }
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
        return bytePairs(packet);
    }

    /** The same, two bytes read at once. */
    @Benchmark
    public int words() {
        return words(packet);
    }

    private static int bytePairs(ByteBuf buf) {
        int sum = 0;
        for (int i = 0; i < BYTES; i += 2) {
            sum += buf.getUnsignedByte(i) << Byte.SIZE | buf.getUnsignedByte(i + 1);
        }
        return fold(sum);
    }

    private static int words(ByteBuf buf) {
        int sum = 0;
        for (int i = 0; i < BYTES; i += 2) {
            sum += buf.getUnsignedShort(i);
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
