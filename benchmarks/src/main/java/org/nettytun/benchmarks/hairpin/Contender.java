package org.nettytun.benchmarks.hairpin;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.channel.TunOffload;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Who is measured. One more is one more constant. */
public enum Contender {
    /** The reference. */
    C("c", "C: epoll, read, write; and a second, idle thread", new InC("threaded", 1)),
    /** A few per cent faster: the kernel counts no references to a descriptor. */
    C_SINGLE("c-single", "the same C, without a second thread", new InC("single", 1)),
    /** The reference of those that take super-packets. */
    C_VNET("c-vnet", "the reference with vnet headers, for super-packets", new InC("vnet", 1)),
    /** Super-packets, read and written whole. */
    NAPI_OFFLOAD("napi-offload", "napi with all offloads, for super-packets", new InJava(1,
            () -> new ChannelSubject(new TunEventLoopGroup(1), 1, null, Bounce::new, TunOffload.ALL_SUPPORTED))),
    /** The floor for any transport on Netty. */
    RAW("raw", "Netty's epoll loop and system calls, no channel", new InJava(1, RawSubject::new)),
    /** What this project is for. */
    NAPI("napi", "our channel, NAPI allocator (the default)", ours(null, Bounce::new)),
    /** What it costs to be watched. */
    NAPI_SCRAPED("napi-scraped", "napi, all its metrics bound and scraped every 20 ms", new InJava(1,
            ScrapedSubject::new)),
    /** The same, a batch at a time. */
    NAPI_VECTORS("napi-vectors", "napi, each batch one message", new InJava(1,
            () -> new ChannelSubject(new TunEventLoopGroup(1), 1, null, BounceVectors::new).vectors())),
    /** Netty's allocator of old. */
    POOLED("pooled", "our channel, pooled allocator", ours(PooledByteBufAllocator.DEFAULT, Bounce::new)),
    /** Netty's allocator of now. */
    ADAPTIVE("adaptive", "our channel, adaptive allocator", ours(adaptive(), Bounce::new)),
    /** What the sampled leak detection costs, which Netty has on by default. */
    NAPI_UNTRACKED("napi-untracked", "napi with " + Contender.UNTRACKED, untracked(null)),
    /** Likewise. */
    POOLED_UNTRACKED("pooled-untracked", "pooled with " + Contender.UNTRACKED,
            untracked(PooledByteBufAllocator.DEFAULT)),
    /** Likewise. */
    ADAPTIVE_UNTRACKED("adaptive-untracked", "adaptive with " + Contender.UNTRACKED, untracked(adaptive())),
    /** On a loop of somebody else's. */
    NAPI_EPOLL("napi-epoll", "napi on a plain epoll loop", onEpoll(null)),
    /** Likewise. */
    POOLED_EPOLL("pooled-epoll", "pooled on a plain epoll loop", onEpoll(PooledByteBufAllocator.DEFAULT)),
    /** Likewise. */
    ADAPTIVE_EPOLL("adaptive-epoll", "adaptive on a plain epoll loop", onEpoll(adaptive())),
    /** Memory that comes home from another thread. */
    NAPI_ELSEWHERE("napi-elsewhere", "napi, each packet released by a second thread",
            elsewhere(null)),
    /** Likewise. */
    POOLED_ELSEWHERE("pooled-elsewhere", "pooled, each packet released by a second thread",
            elsewhere(PooledByteBufAllocator.DEFAULT)),
    /** Likewise. */
    ADAPTIVE_ELSEWHERE("adaptive-elsewhere", "adaptive, each packet released by a second thread",
            elsewhere(adaptive())),
    /** The rival, its two threads where the others have their one. */
    NETTY_TUN("netty-tun", "org.drasyl:netty-tun, both its threads on one core", new Rival(1)),
    /** The rival at its ease. */
    NETTY_TUN_TWO_CORES("netty-tun-two-cores", "org.drasyl:netty-tun, a core for each of its threads", new Rival(2)),
    /** Two at work. */
    C_TWO_QUEUES("c-two-queues", "C, two queues, a thread and a core for each", new InC("two-queues", 2)),
    /** Likewise. */
    NAPI_TWO_QUEUES("napi-two-queues", "napi, two queues, a loop and a core for each", new InJava(2,
            () -> new ChannelSubject(new TunEventLoopGroup(2), 2, null, Bounce::new))),
    /** All that a router looks at, beside a program that looks at nothing. */
    ROUTER("router", "our router with a million routes and all its checks, each packet to another destination",
            routed(1)),
    /** Two at work. */
    ROUTER_TWO_QUEUES("router-two-queues", "the same, two queues, a loop and a core for each", routed(2));

    private static final String UNTRACKED = "-Dio.netty.leakDetection.level=disabled";

    private final String id;
    private final String description;
    private final Kind kind;

    Contender(String id, String description, Kind kind) {
        this.id = id;
        this.description = description;
        this.kind = kind;
    }

    private static ByteBufAllocator adaptive() {
        return new AdaptiveByteBufAllocator();
    }

    private static Kind ours(ByteBufAllocator allocator, Supplier<Bounce> application, String... flags) {
        return new InJava(1, () -> new ChannelSubject(new TunEventLoopGroup(1), 1, allocator, application), flags);
    }

    private static Kind elsewhere(ByteBufAllocator allocator) {
        return new InJava(1, 2, () -> new ChannelSubject(new TunEventLoopGroup(1), 1, allocator,
                ReleasedElsewhere::new));
    }

    private static Kind untracked(ByteBufAllocator allocator) {
        return ours(allocator, Bounce::new, UNTRACKED);
    }

    private static Kind routed(int queues) {
        return new InJava(queues, () -> {
            FullRouter router = new FullRouter(queues);
            return new ChannelSubject(new TunEventLoopGroup(queues), queues, null, () -> new RoutedBounce(router));
        });
    }

    private static Kind onEpoll(ByteBufAllocator allocator) {
        return new InJava(1, () -> {
            EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
            return new ChannelSubject(loop, 1, allocator, Bounce::new);
        });
    }

    /** @throws IllegalArgumentException nobody is called so */
    public static Contender of(String id) {
        return Arrays.stream(values()).filter(each -> each.id.equals(id)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected one of "
                        + Arrays.stream(values()).map(Contender::id).collect(Collectors.joining(", "))
                        + ": contender=" + id));
    }

    /** As on the command line and in the CSV. */
    public String id() {
        return id;
    }

    /** In words. */
    public String description() {
        return description;
    }

    /** Whether it takes super-packets, and nothing else. */
    boolean isSuper() {
        return this == C_VNET || this == NAPI_OFFLOAD;
    }

    /** Whether its threads all have the one core. */
    boolean sharesCore() {
        return kind instanceof Rival && kind.cores() == 1;
    }

    /** Beside whom it is measured; itself, if that is nobody else. */
    Contender reference() {
        return isSuper() ? C_VNET : C;
    }

    /** Beside whom a size is measured. */
    static Contender reference(int size) {
        return SuperPackets.is(size) ? C_VNET : C;
    }

    /** Whether it is measured with packets of that size. */
    boolean takes(int size) {
        return isSuper() == SuperPackets.is(size);
    }

    /** How it is run. */
    Kind kind() {
        return kind;
    }

    /** How a contender is run. */
    sealed interface Kind {
        /** Of its device. */
        default int queues() {
            return 1;
        }

        /** That have a thread of its to measure. */
        default int cores() {
            return queues();
        }
    }

    /** {@code hairpin.c}. */
    record InC(String mode, @Override int queues) implements Kind {
    }

    /** A JVM of its own on our class path, with its default flags but for these. */
    record InJava(@Override int queues, @Override int cores, Supplier<Subject> subject, String... flags)
            implements Kind {
        InJava(int queues, Supplier<Subject> subject, String... flags) {
            this(queues, queues, subject, flags);
        }
    }

    /** A JVM of its own on the rival's class path. */
    record Rival(@Override int cores) implements Kind {
    }
}
