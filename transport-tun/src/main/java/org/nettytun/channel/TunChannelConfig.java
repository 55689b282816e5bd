package org.nettytun.channel;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.WriteBufferWaterMark;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.linux.ErrnoException;
import org.nettytun.linux.IpPrefix;
import org.nettytun.linux.NetworkNamespace;
import org.nettytun.linux.Route;
import org.nettytun.linux.TunFlag;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import static org.nettytun.channel.TunChannelOption.TUN_ADDRESSES;
import static org.nettytun.channel.TunChannelOption.TUN_FLAGS;
import static org.nettytun.channel.TunChannelOption.TUN_GROUP;
import static org.nettytun.channel.TunChannelOption.TUN_MTU;
import static org.nettytun.channel.TunChannelOption.TUN_NETNS;
import static org.nettytun.channel.TunChannelOption.TUN_OFFLOADS;
import static org.nettytun.channel.TunChannelOption.TUN_OWNER;
import static org.nettytun.channel.TunChannelOption.TUN_PERSIST;
import static org.nettytun.channel.TunChannelOption.TUN_QUEUES;
import static org.nettytun.channel.TunChannelOption.TUN_ROUTES;
import static org.nettytun.channel.TunChannelOption.TUN_TX_QUEUE_LENGTH;
import static org.nettytun.channel.TunChannelOption.TUN_UP;
import static org.nettytun.channel.TunChannelOption.TUN_VECTORS;

/**
 * The options of a {@link TunChannel}: Netty's own and those of {@link TunChannelOption}. Any thread. A value that
 * cannot be is refused with an {@link IllegalArgumentException}; an option that acts at bind only, on a bound
 * channel, with an {@link IllegalStateException}; what the kernel refuses, with a {@link ChannelException} of the
 * kernel's reason.
 *
 * <p>A {@link RecvByteBufAllocator} of one's own must guess the MTU at least. Its buffers, if they are not direct or
 * too short, are replaced.
 */
public final class TunChannelConfig extends DefaultChannelConfig {
    private static final Set<ChannelOption<?>> OURS = Set.of(TUN_MTU, TUN_ADDRESSES, TUN_ROUTES, TUN_UP,
            TUN_TX_QUEUE_LENGTH, TUN_QUEUES, TUN_NETNS, TUN_PERSIST, TUN_OWNER, TUN_GROUP, TUN_FLAGS, TUN_VECTORS,
            TUN_OFFLOADS);
    private static final Set<ChannelOption<?>> LIVE = Set.of(TUN_MTU, TUN_UP, TUN_TX_QUEUE_LENGTH);
    /** Those that need the link, beside those that need any device. */
    private static final Set<ChannelOption<?>> OF_LINK =
            Set.of(TUN_MTU, TUN_UP, TUN_TX_QUEUE_LENGTH, TUN_ADDRESSES, TUN_ROUTES);
    /** Of slots; some 300 and 600 packets of an ordinary MTU. A batch alone shall not stop a sender. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(512 << 10, 1 << 20);
    private static final int DEFAULT_READ_SIZE = 1500 + 1;

    private final TunChannel tun;
    private final Map<ChannelOption<?>, Object> values = new ConcurrentHashMap<>();

    TunChannelConfig(TunChannel channel) {
        super(channel, new MtuRecvByteBufAllocator(
                () -> channel.device() == null ? DEFAULT_READ_SIZE : channel.device().readSize()));
        this.tun = channel;
        setAllocator(NapiByteBufAllocator.DEFAULT);
        setMessageSizeEstimator(PacketSizeEstimator.INSTANCE);
        setWriteBufferWaterMark(WATER_MARK);
        setMaxMessagesPerWrite(TunChannel.POLL_WEIGHT); // a device takes without end, and the loop has others
    }

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        return getOptions(super.getOptions(), OURS.toArray(ChannelOption<?>[]::new));
    }

    /**
     * @return for {@code TUN_MTU}, {@code TUN_UP} and {@code TUN_TX_QUEUE_LENGTH} of a bound device, what the kernel
     *         has now, or had when the device left our namespace or the channel was closed; for {@code
     *         TUN_OFFLOADS} of a bound channel, those in force; else what was set, or {@code null}
     */
    @Override
    @SuppressWarnings("unchecked")
    public <T> T getOption(ChannelOption<T> option) {
        if (!isOurs(option)) {
            return super.getOption(option);
        }
        TunDevice bound = tun.device();
        if (bound != null && option == TUN_OFFLOADS) {
            return (T) bound.offloads().inForce();
        }
        if (bound != null && bound.link() != null) {
            if (option == TUN_MTU) {
                return (T) (Integer) bound.link().last().mtu();
            }
            if (option == TUN_UP) {
                return (T) (Boolean) bound.link().last().up();
            }
            if (option == TUN_TX_QUEUE_LENGTH) {
                return (T) (Integer) bound.link().last().txQueueLength();
            }
        }
        return get(option);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        if (!isOurs(option)) {
            return super.setOption(option, value);
        }
        validate(option, value);
        TunOptionRules.check(option, value);
        refuseIfClosed(option);
        TunDevice bound = tun.device();
        if (bound != null && !LIVE.contains(option)) {
            throw new IllegalStateException(TunOptionRules.name(option) + " acts at bind, and the channel is"
                    + " bound: " + tun.localAddress() + ", value=" + value);
        }
        if (bound != null) {
            applyLive(bound, option, value);
        }
        values.put(option, value);
        return true;
    }

    private void applyLive(TunDevice bound, ChannelOption<?> option, Object value) {
        TunLink link = bound.link();
        if (link == null) {
            if (option == TUN_MTU && bound.isPair()) {
                return; // no device, so it bounds what we read
            }
            throw new ChannelException(unseen(option, tun.localAddress().toString()));
        }
        try {
            if (option == TUN_MTU) {
                link.expect((Integer) value);
                tun.awaitReadUnderWay(); // which may have looked at the read size a moment ago
                link.setMtu((Integer) value);
            } else if (option == TUN_UP) {
                link.setUp((Boolean) value);
            } else {
                link.setTxQueueLength((Integer) value);
            }
        } catch (ErrnoException e) {
            refuseIfClosed(option); // a moment ago, by another thread
            throw new ChannelException(e.getMessage(), e);
        }
    }

    private void refuseIfClosed(ChannelOption<?> option) {
        if (!tun.isOpen()) {
            throw new ChannelException(TunOptionRules.name(option) + " cannot be set: the channel is closed: "
                    + tun.localAddress());
        }
    }

    @Override
    public ChannelConfig setRecvByteBufAllocator(RecvByteBufAllocator allocator) {
        if (tun != null && tun.device() != null) { // null in the super constructor
            checkGuess(allocator, tun.device().longestRead());
        }
        return super.setRecvByteBufAllocator(allocator);
    }

    /** The allocator of packets, if the application left both choices to us or made that one; else {@code null}. */
    NapiByteBufAllocator slots() {
        return getAllocator() instanceof NapiByteBufAllocator napi
                && getRecvByteBufAllocator() instanceof MtuRecvByteBufAllocator ? napi : null;
    }

    /** @param longest bytes that a read may take: the MTU, or with offloads more */
    void checkGuess(RecvByteBufAllocator allocator, int longest) {
        if (!(allocator.newHandle() instanceof ExtendedHandle handle)) {
            throw new IllegalArgumentException("RCVBUF_ALLOCATOR must make handles of the kind ExtendedHandle:"
                    + " allocator=" + allocator);
        }
        int guess = handle.guess();
        if (guess < longest && !(allocator instanceof MtuRecvByteBufAllocator)) {
            throw new IllegalArgumentException(shortGuess(guess, longest));
        }
    }

    static String shortGuess(int guess, int longest) {
        return "RCVBUF_ALLOCATOR must guess the MTU at least, and with TUN_OFFLOADS the virtio header and 64 KiB, or"
                + " packets would lose their ends: guess=" + guess + ", needed=" + longest + "; leave the option out,"
                + " or use a FixedRecvByteBufAllocator of " + longest + ".";
    }

    @Override
    protected void autoReadCleared() {
        tun.autoReadCleared();
    }

    /** A pair has no device, so what is to be done to one cannot be. */
    void refuseDeviceOptions(TunAddress pair) {
        for (ChannelOption<?> option : values.keySet()) {
            if (option != TUN_MTU && option != TUN_VECTORS && option != TUN_OFFLOADS) {
                throw new IllegalArgumentException(TunOptionRules.name(option) + " needs a device, and " + pair
                        + " is a socket: leave the option out, or bind a device");
            }
        }
    }

    void refuseLinkOptions(String device) {
        for (ChannelOption<?> option : values.keySet()) {
            if (OF_LINK.contains(option)) {
                throw new IllegalArgumentException(unseen(option, device));
            }
        }
    }

    private static String unseen(ChannelOption<?> option, String device) {
        return TunOptionRules.name(option) + " cannot be set: " + device + " is in another network namespace; say in"
                + " which with TUN_NETNS, or leave the option out";
    }

    NetworkNamespace namespace() {
        String name = get(TUN_NETNS);
        return name == null ? NetworkNamespace.current() : NetworkNamespace.of(name);
    }

    Set<TunFlag> flags() {
        Set<TunFlag> given = get(TUN_FLAGS);
        Set<TunFlag> flags = given == null || given.isEmpty() ? EnumSet.noneOf(TunFlag.class) : EnumSet.copyOf(given);
        if (queues() > 1) {
            flags.add(TunFlag.MULTI_QUEUE);
        }
        if (!offloads().isEmpty()) {
            flags.add(TunFlag.VNET_HDR);
        }
        return flags;
    }

    int queues() {
        Integer queues = get(TUN_QUEUES);
        return queues == null ? 1 : queues;
    }

    Integer wantedMtu() {
        return get(TUN_MTU);
    }

    Integer txQueueLength() {
        return get(TUN_TX_QUEUE_LENGTH);
    }

    Boolean up() {
        return get(TUN_UP);
    }

    boolean vectors() {
        return Boolean.TRUE.equals(get(TUN_VECTORS));
    }

    Set<TunOffload> offloads() {
        Set<TunOffload> wanted = get(TUN_OFFLOADS);
        return wanted == null || !Offloads.isAllowed() ? Set.of() : wanted;
    }

    Boolean persist() {
        return get(TUN_PERSIST);
    }

    Integer owner() {
        return get(TUN_OWNER);
    }

    Integer group() {
        return get(TUN_GROUP);
    }

    List<IpPrefix> addresses() {
        List<String> texts = get(TUN_ADDRESSES);
        return texts == null ? List.of() : texts.stream().map(IpPrefix::parse).toList();
    }

    List<Route> routes() {
        List<String> texts = get(TUN_ROUTES);
        return texts == null ? List.of() : texts.stream().map(Route::parse).toList();
    }

    @SuppressWarnings("unchecked")
    private <T> T get(ChannelOption<T> option) {
        return (T) values.get(option);
    }

    private static boolean isOurs(ChannelOption<?> option) {
        return OURS.contains(option);
    }
}
