package org.nettytun.benchmarks.jmh;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ReferenceCounted;
import org.nettytun.benchmarks.run.Pinning;
import org.nettytun.benchmarks.run.Releaser;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** A buffer for one packet: got and given back. The time is of one buffer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {FastThreads.CUSTOM, FastThreads.CLASS})
public class AllocatorBenchmark {
    private static final int BULK = 64;
    private static final int BYTES = 1536;

    /** Whose buffers. */
    @Param({"napi", "pooled", "adaptive"})
    private String allocator;

    private NapiByteBufAllocator napi;
    private ByteBufAllocator buffers;
    private final PacketBuf[] packets = new PacketBuf[BULK];
    private final ByteBuf[] others = new ByteBuf[BULK];
    private Releaser releaser;
    private long given;

    /** For JMH. */
    public AllocatorBenchmark() {
    }

    /** Makes the allocator. */
    @Setup
    public void make() {
        buffers = switch (allocator) {
            case "napi" -> napi = new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, BYTES, 256 << 20);
            case "pooled" -> PooledByteBufAllocator.DEFAULT;
            default -> new AdaptiveByteBufAllocator();
        };
    }

    /** What JMH itself costs. */
    @Benchmark
    public void empty() {
    }

    /** One after the other. */
    @Benchmark
    public boolean getPut() {
        return buffers.directBuffer(BYTES, BYTES).release();
    }

    /** As many as one pass reads, then all of them back. */
    @Benchmark
    @OperationsPerInvocation(BULK)
    public void bulk() {
        ByteBuf[] all = get();
        if (napi != null) {
            PacketBuf.consume(packets, 0, BULK);
            return;
        }
        for (ByteBuf each : all) {
            each.release();
        }
    }

    /** The same, given back by another thread on another core, which has at most so many to give. */
    @Benchmark
    @OperationsPerInvocation(BULK)
    public void elsewhere() throws IOException, InterruptedException {
        if (releaser == null) {
            releaser = new Releaser();
            Pinning.thread(Pinning.threadId(), Pinning.MEASURED);
            Pinning.thread(releaser.threadId(), Pinning.OTHERS);
            releaser.wanted(true);
        }
        while (given - releaser.released() > BULK) {
            Thread.onSpinWait();
        }
        if (napi != null) {
            napi.flushDeferred();
        }
        for (ReferenceCounted each : get()) {
            releaser.give(each);
        }
        releaser.publish();
        given += BULK;
    }

    private ByteBuf[] get() {
        if (napi != null) {
            if (napi.allocateBulk(packets, BULK) < BULK) {
                throw new IllegalStateException("out of slots");
            }
            return packets;
        }
        for (int i = 0; i < BULK; i++) {
            others[i] = buffers.directBuffer(BYTES, BYTES);
        }
        return others;
    }
}
