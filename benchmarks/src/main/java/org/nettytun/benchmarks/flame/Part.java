package org.nettytun.benchmarks.flame;

import java.util.List;
import java.util.regex.Pattern;

/** What a sample was taken in: the part that the innermost of its frames belongs to that belongs to any. */
enum Part {
    /** Sampled tracking of buffers, on by default: part of whoever calls it, so it is looked for in all frames. */
    LEAK_DETECTION("leak detection (Netty's default level)", "ResourceLeakDetector"),
    /** {@code tun_get_user} and the forwarding below it, {@code tun_net_xmit} at its end included. */
    KERNEL_WRITE("kernel: write", "^ksys_write_\\[k\\]$"),
    /** {@code tun_do_read}. */
    KERNEL_READ("kernel: read", "^ksys_read_\\[k\\]$"),
    /** Entries, exits, epoll, interrupts. */
    KERNEL_REST("kernel: system call entry, epoll, interrupts", "_\\[k\\]$"),
    /** From Java to the kernel's door. */
    CALLS("JNI and libc", "unix/FileDescriptor|/epoll/Native|libnetty|^__GI_|^epoll_|pthread_\\w+cancel"),
    /** Netty's list of what is to be written. */
    OUTBOUND_BUFFER("outbound buffer", "ChannelOutboundBuffer|MessageSizeEstimator"),
    /** The ledger. */
    COUNTERS("counters", "org/nettytun/stats/|NapiCache.count"),
    /** Memory, heads, reference counts. */
    BUFFERS("allocator, buffers, reference counts", "org/nettytun/buffer/|channel/ReadBatch|io/netty/buffer/"
            + "|io/netty/util/Recycler|ReferenceCount|RefCnt|RecvByteBufAllocator"),
    /** Handlers finding each other. */
    PIPELINE("pipeline", "ChannelHandlerContext|DefaultChannelPipeline|ChannelHandlerMask|VoidChannelPromise"),
    /** The rest of the channel. */
    CHANNEL("channel", "org/nettytun/channel/(?!TunIoHandler)|io/netty/channel/AbstractChannel\\b|AbstractUnsafe"),
    /** The loop around it all. */
    LOOP("event loop", "epoll/EpollIo|EventLoop|EventExecutor|TunIoHandler"),
    /** The benchmark's own handler. */
    APPLICATION("application", "org/nettytun/benchmarks/"),
    /** None of these. */
    REST("other", "");

    private final String label;
    private final Pattern frames;

    Part(String label, String frames) {
        this.label = label;
        this.frames = Pattern.compile(frames);
    }

    String label() {
        return label;
    }

    /** @param stack the frames' full names, the outermost first */
    static Part of(List<String> stack) {
        if (stack.stream().anyMatch(LEAK_DETECTION::has)) {
            return LEAK_DETECTION;
        }
        if (KERNEL_REST.has(stack.get(stack.size() - 1))) {
            return stack.stream().anyMatch(KERNEL_WRITE::has) ? KERNEL_WRITE
                    : stack.stream().anyMatch(KERNEL_READ::has) ? KERNEL_READ : KERNEL_REST;
        }
        for (int i = stack.size() - 1; i >= 0; i--) {
            for (Part part : values()) {
                if (part != REST && part.has(stack.get(i))) {
                    return part;
                }
            }
        }
        return REST;
    }

    private boolean has(String frame) {
        return frames.matcher(frame).find();
    }
}
