package org.nettytun.channel;

import io.netty.channel.ChannelOption;
import org.nettytun.linux.TunFlag;

import java.util.List;
import java.util.Set;

/**
 * Options of a {@link TunChannel}, beside Netty's own. Those that act <em>at bind</em> are refused afterwards; those
 * that are <em>live</em> act at once on a bound channel, too. An option that is not set leaves the device as it is.
 *
 * @param <T> the type of the value
 */
public final class TunChannelOption<T> extends ChannelOption<T> {
    /**
     * Longest IP packet in bytes, 68 to 65535 (1280 at least for IPv6). Default: the device's, 1500 for a new one.
     * Live. On a descriptor that is no device it bounds the packets that are read.
     */
    public static final ChannelOption<Integer> TUN_MTU = option("TUN_MTU");

    /**
     * Addresses of the kernel's side with their prefix lengths, as in {@code 10.7.0.1/24}. Added where they are
     * missing; they go with the device. Default: none. At bind.
     */
    public static final ChannelOption<List<String>> TUN_ADDRESSES = option("TUN_ADDRESSES");

    /**
     * Routes of the kernel through this device, in the words of {@code ip route}, without {@code dev}: {@code
     * 10.8.0.0/16}, {@code default via 10.7.0.2 metric 50}, {@code fd08::/32 table 100}. Added where they are missing;
     * they go with the device. Default: none. At bind; needs the device up.
     */
    public static final ChannelOption<List<String>> TUN_ROUTES = option("TUN_ROUTES");

    /** Whether the device is up. Default: set up at bind; left alone on a descriptor. Live. */
    public static final ChannelOption<Boolean> TUN_UP = option("TUN_UP");

    /**
     * Packets the kernel holds for us in each queue before it drops ({@code FULL_RING}). Default: the device's, 500
     * for a new one. Live.
     */
    public static final ChannelOption<Integer> TUN_TX_QUEUE_LENGTH = option("TUN_TX_QUEUE_LENGTH");

    /**
     * Queues the application opens, 1 to 256; more than one makes the device multi-queue. A channel is one queue:
     * {@link TunQueues} opens them all. Default: 1. At bind.
     */
    public static final ChannelOption<Integer> TUN_QUEUES = option("TUN_QUEUES");

    /**
     * The network namespace the device lives in: a name as in {@code ip netns}, or a path. Needs CAP_SYS_ADMIN.
     * Default: the process's. At bind.
     */
    public static final ChannelOption<String> TUN_NETNS = option("TUN_NETNS");

    /** Whether the device outlives its last descriptor. Default: as it is; a new one does not. At bind. */
    public static final ChannelOption<Boolean> TUN_PERSIST = option("TUN_PERSIST");

    /** User id that may attach to the device without CAP_NET_ADMIN. Default: as it is. At bind. */
    public static final ChannelOption<Integer> TUN_OWNER = option("TUN_OWNER");

    /** Group id that may attach to the device without CAP_NET_ADMIN. Default: as it is. At bind. */
    public static final ChannelOption<Integer> TUN_GROUP = option("TUN_GROUP");

    /**
     * Further flags of the descriptor: {@link TunFlag#NAPI}, {@link TunFlag#EXCLUSIVE}. Checked against the kernel's
     * features. Default: none. At bind.
     */
    public static final ChannelOption<Set<TunFlag>> TUN_FLAGS = option("TUN_FLAGS");

    /**
     * Whether the packets of a batch travel the pipeline as one message, a {@link org.nettytun.buffer.PacketVector},
     * instead of one after another. Written they may be either way. {@link VectorAdapter} lets ordinary handlers work
     * with it. Default: false. At bind.
     */
    public static final ChannelOption<Boolean> TUN_VECTORS = option("TUN_VECTORS");

    /**
     * What may pass between the kernel and the channel unfinished, as in {@link TunOffload#ALL_SUPPORTED}. Messages are
     * then super-packets, too, and packets that owe their checksum: see {@code PacketBuf.metadata()}; who wants
     * ordinary ones adds a {@code GsoSplitter} to the pipeline. What is written is merged, a flush at a time. What the
     * kernel does not know is left out: on a bound channel the option reads what was granted, less what the kernel has
     * refused since ({@code OFFLOAD_REFUSED}). {@code -Dorg.nettytun.offloads=false} leaves out all. Default: none. At
     * bind; all queues of a device alike. On a descriptor that is no device, a virtio header of 10 bytes goes before
     * each packet.
     */
    public static final ChannelOption<Set<TunOffload>> TUN_OFFLOADS = option("TUN_OFFLOADS");

    @SuppressWarnings("deprecation") // ChannelOption's only constructor for those who extend it
    private TunChannelOption() {
        super(null);
    }

    private static <T> ChannelOption<T> option(String name) {
        return valueOf(TunChannelOption.class, name);
    }
}
