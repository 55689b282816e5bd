package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.internal.StringUtil;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketVector;
import org.nettytun.linux.Errno;
import org.nettytun.linux.LinkStatistics;
import org.nettytun.stats.Term;
import org.nettytun.stats.TunDropReason;
import org.nettytun.stats.TunStats;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import static io.netty.util.UncheckedBooleanSupplier.TRUE_SUPPLIER;

/**
 * One queue of a TUN device. Inbound, each message is one IP packet, always a {@link PacketBuf}; outbound, any {@link
 * ByteBuf} that holds one IP packet. Runs on a {@link TunEventLoopGroup} or on any other epoll loop of Netty's.
 *
 * <p><b>Errors.</b> A packet that the kernel refuses fails its own promise with a {@link PacketRefusedException};
 * with a void promise only {@link #stats()} moves. When the device is gone, one {@link TunGoneException} is fired and
 * the channel closes. What happens to a device that lives on is told by {@link TunLinkEvent}.
 *
 * @see <a href="https://elixir.bootlin.com/linux/v6.12/source/drivers/net/tun.c">tun.c, v6.12</a>
 */
public final class TunChannel extends AbstractChannel implements UnixChannel {
    /** The kernel's {@code NAPI_POLL_WEIGHT}. */
    static final int POLL_WEIGHT = 64;
    private static final ChannelMetadata METADATA = new ChannelMetadata(false, POLL_WEIGHT);

    private static final int EPOLLHUP = 0x10;

    private final TunStats stats = TunStats.ofQueue();
    private final TunChannelConfig config = new TunChannelConfig(this);
    private final LinkEvents linkEvents = new LinkEvents();
    private final PacketReader reader = new PacketReader(config, stats, told -> pipeline().fireExceptionCaught(told));
    private final PacketAcceptor acceptor = new PacketAcceptor(this);
    private final EpollInterest interest = new EpollInterest();
    private final Ending ending = new Ending(this);
    private QuietUnsafe unsafe;
    private boolean vectors;

    private volatile boolean closed;
    private volatile TunDevice device;
    private PacketWriter writer;
    /** Of the present registration: what an earlier one still hears is not for us. */
    private Readiness readiness;
    private volatile boolean readPending; // AUTO_READ may be switched off by any thread while there is no loop

    /** For {@code Bootstrap.channel(TunChannel.class)}. Opens nothing: the bind does. */
    public TunChannel() {
        super(null);
    }

    @Override
    public TunChannelConfig config() {
        return config;
    }

    /** What went through this queue, and what was dropped. Lives on after the channel's close. */
    public TunStats stats() {
        return stats;
    }

    /**
     * What the interface itself has counted, all its queues together, among it what the kernel dropped before we could
     * read it. Asks the kernel, and waits for its answer. Any thread.
     *
     * @return empty for a pair, for a device that cannot be seen from here, and when the channel is closed
     */
    public Optional<LinkStatistics> linkStatistics() {
        TunDevice bound = device;
        return bound == null || bound.link() == null ? Optional.empty() : bound.link().statistics();
    }

    /** The queue's descriptor; {@code null} before the bind. */
    @Override
    public FileDescriptor fd() {
        TunDevice bound = device;
        return bound == null ? null : bound.fd();
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public boolean isActive() {
        return !closed && device != null;
    }

    /** The device and the queue as the kernel has them now; {@code null} before the bind. */
    @Override
    public TunAddress localAddress() {
        return localAddress0();
    }

    /** There is none. */
    @Override
    public SocketAddress remoteAddress() {
        return null;
    }

    @Override
    protected TunAddress localAddress0() {
        TunDevice bound = device;
        return bound == null ? null : bound.address();
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return null;
    }

    /** What the channel is bound to; {@code null} before. */
    TunDevice device() {
        return device;
    }

    @Override
    public Unsafe unsafe() {
        return quiet();
    }

    private QuietUnsafe quiet() {
        if (unsafe == null) { // the super constructor is the first to ask, before our fields are initialised
            unsafe = new QuietUnsafe(super.unsafe(), this);
        }
        return unsafe;
    }

    @Override
    protected DefaultChannelPipeline newChannelPipeline() {
        return new TunPipeline(this);
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new TunUnsafe();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof IoEventLoop epoll && epoll.isCompatible(Readiness.class);
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        try {
            if (device != null) {
                attach();
            }
        } catch (Exception e) {
            promise.setFailure(e);
            return;
        }
        promise.setSuccess();
    }

    @Override
    protected void doBind(SocketAddress address) throws Exception {
        if (!(address instanceof TunAddress wish)) {
            throw new IllegalArgumentException("bind: expected a TunAddress, as in new TunAddress(\"tun0\"): address="
                    + StringUtil.simpleClassName(address));
        }
        if (device != null) {
            throw new AlreadyBoundException();
        }
        TunDevice opened = TunDevice.open(wish, config);
        try {
            config.checkGuess(config.getRecvByteBufAllocator(), opened.longestRead());
            writer = new PacketWriter(opened, stats);
            device = opened;
            vectors = config.vectors();
            stats.named(opened.address().name());
            if (isRegistered()) {
                attach();
            }
            opened.takeOver();
        } catch (Throwable t) {
            device = null;
            detach(opened);
            opened.rollBack();
            throw t;
        }
    }

    /** Joins the loop. Only now: a descriptor that is polled before TUNSETIFF says EPOLLERR and then never wakes. */
    private void attach() throws Exception {
        stats.ownedBy(Thread.currentThread());
        IoEventLoop loop = (IoEventLoop) eventLoop();
        readiness = new Readiness();
        interest.register(loop, readiness);
        // What was asked for while we were between two loops.
        if (!readPending) {
            interest.remove(EpollInterest.IN);
        }
        ChannelOutboundBuffer waiting = unsafe().outboundBuffer();
        if (waiting != null && !waiting.isEmpty()) {
            flushLater();
        }
        device.watch(loop, linkEvents);
        if (config.getAllocator() instanceof NapiByteBufAllocator napi) {
            napi.wakeBy(loop);
        }
    }

    private void detach(TunDevice from) {
        stats.ownedBy(null);
        readiness = null;
        interest.cancel();
        from.unwatch();
    }

    @Override
    protected void doDeregister() {
        if (device != null) {
            detach(device);
        }
    }

    @Override
    protected void doClose() throws Exception {
        closed = true;
        TunDevice bound = device;
        if (bound != null) {
            detach(bound);
            writer.close(ending.failure());
            bound.close();
        }
    }

    @Override
    protected void doDisconnect() throws Exception {
        doClose();
    }

    /** Goes on writing after other channels of the loop had their turn; not if we have moved to another loop since. */
    private void flushLater() {
        Readiness mine = readiness;
        eventLoop().execute(() -> {
            if (mine != null && mine == readiness) {
                flushNow();
            }
        });
    }

    private void flushNow() {
        ((TunUnsafe) super.unsafe()).flushNow();
    }

    @Override
    protected void doBeginRead() {
        readPending = true;
        interest.add(EpollInterest.IN);
    }

    /** Returns when a read that the loop may be at has ended. Any thread; from the loop itself, at once. */
    void awaitReadUnderWay() {
        if (isRegistered() && !eventLoop().inEventLoop() && !eventLoop().isShuttingDown()) {
            // Bounded: the caller may be another loop for which ours waits.
            eventLoop().submit(() -> { }).awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
    }

    /** {@code AUTO_READ} was switched off, by any thread: what is queued stays in the kernel. */
    void autoReadCleared() {
        if (!isRegistered()) {
            readPending = false;
            return;
        }
        if (eventLoop().inEventLoop()) {
            stopReading();
        } else {
            eventLoop().execute(() -> {
                if (!config.isAutoRead()) {
                    stopReading();
                }
            });
        }
    }

    private void stopReading() {
        readPending = false;
        interest.remove(EpollInterest.IN);
    }

    /** Goes on where a batch was full of bytes before it had its packets: others get their turn after as many. */
    private void readReady() {
        ExtendedHandle budget = quiet().recvBufAllocHandle();
        Readiness mine = readiness;
        int left = POLL_WEIGHT;
        do {
            left -= readBatch(budget, mine);
        } while (left > 0 && MtuRecvByteBufAllocator.isFullOfBytes(budget) && mine == readiness && isActive()
                && interest.has(EpollInterest.IN));
    }

    /** @return packets read, about */
    private int readBatch(ExtendedHandle budget, Readiness mine) {
        budget.reset(config);
        int packets = 0;
        Throwable failure = null;
        reader.start(device);
        try {
            boolean delivered;
            do {
                delivered = vectors ? deliverVector(budget) : deliverPacket(budget);
                packets++;
                // The handler may have closed us, or moved us to another loop.
            } while (delivered && mine == readiness && isActive() && budget.continueReading(TRUE_SUPPLIER));
        } catch (Throwable t) {
            failure = t;
        }
        reader.finish();
        budget.readComplete();
        pipeline().fireChannelReadComplete();
        if (reader.isEnded()) {
            ending.gone("end of file");
        } else if (failure != null) {
            readFailed(failure);
        }
        if (!readPending && !config.isAutoRead()) {
            interest.remove(EpollInterest.IN);
        }
        return packets;
    }

    private boolean deliverPacket(ExtendedHandle budget) throws IOException {
        PacketBuf packet = readPacket(budget);
        if (packet == null) {
            return false;
        }
        readPending = false;
        pipeline().fireChannelRead(packet);
        return true;
    }

    private boolean deliverVector(ExtendedHandle budget) throws IOException {
        PacketVector vector = PacketVector.allocate();
        boolean any;
        try {
            PacketBuf packet;
            do {
                packet = readPacket(budget);
            } while (packet != null && !vector.add(packet).isFull() && budget.continueReading(TRUE_SUPPLIER));
        } finally {
            readPending &= vector.size() == 0;
            any = vector.size() > 0;
            if (any) {
                pipeline().fireChannelRead(vector); // what came before a failure is delivered before it
            } else {
                vector.consume();
            }
        }
        return any;
    }

    private PacketBuf readPacket(ExtendedHandle budget) throws IOException {
        PacketBuf packet = reader.read(budget);
        if (packet != null) {
            stats.count(Term.DELIVERED, packet.readableBytes());
        }
        return packet;
    }

    private void readFailed(Throwable failure) {
        if (failure instanceof NativeIoException refusal && PacketRefusedException.isGone(-refusal.expectedErr())) {
            ending.gone("read: " + Errno.name(-refusal.expectedErr()));
        } else {
            pipeline().fireExceptionCaught(failure);
        }
    }

    @Override
    protected Object filterOutboundMessage(Object msg) {
        return acceptor.accept(msg);
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
        if (ending.isGone()) {
            return; // the close that is under way fails them
        }
        int end = writer.drain(in, maxMessagesPerWrite());
        if (end == PacketWriter.EMPTY) {
            interest.remove(EpollInterest.OUT);
        } else if (end == PacketWriter.AGAIN) {
            interest.add(EpollInterest.OUT);
        } else if (end == PacketWriter.MORE) {
            flushLater(); // a device that is down never says EPOLLOUT, so we come back on our own
        } else {
            ending.noticed("write: " + Errno.name(-end));
            if (!ending.isGone()) {
                writer.refuseAll(in, PacketRefusedException.of(-end));
            }
        }
    }

    /** A pair's peer takes nothing any more: what waits for {@code EPOLLOUT} waits in vain. */
    void stopWaitingToWrite() {
        interest.hungUp();
        flushNow();
    }

    /** For the time that is left nothing is asked of epoll. */
    void wantNothing() {
        interest.remove(EpollInterest.IN | EpollInterest.OUT);
    }

    /** What waits to be written fails with that cause. */
    void close(TunGoneException cause) {
        ((TunUnsafe) super.unsafe()).close(cause);
    }

    /** Netty's, but a packet that nobody wanted has a reason. */
    private static final class TunPipeline extends DefaultChannelPipeline {
        TunPipeline(TunChannel channel) {
            super(channel);
        }

        @Override
        protected void onUnhandledInboundMessage(Object message) {
            PacketBuf packet = message instanceof ByteBuf bytes ? PacketBuf.of(bytes) : null; // a view is one, too
            if (packet != null) {
                packet.drop(TunDropReason.NO_HANDLER);
            } else if (message instanceof PacketVector vector) {
                vector.drop(TunDropReason.NO_HANDLER);
            } else {
                super.onUnhandledInboundMessage(message);
            }
        }
    }

    private final class LinkEvents implements LinkWatch.Listener {
        @Override
        public void happened(TunLinkEvent event) {
            stats.named(event.device());
            pipeline().fireUserEventTriggered(event);
        }

        @Override
        public void deleted() {
            ending.gone("deleted");
        }
    }

    /** What epoll tells. Nothing leaves it as an exception: other channels live on this loop. */
    private final class Readiness implements EpollIoHandle {
        @Override
        public FileDescriptor fd() {
            return device.fd();
        }

        @Override
        public void handle(IoRegistration from, IoEvent event) {
            if (this != readiness) {
                return;
            }
            int ready = ((EpollIoEvent) event).ops().value();
            try {
                if ((ready & EpollIoOps.EPOLLOUT.value()) != 0) {
                    flushNow();
                }
                boolean end = (ready & (EpollIoOps.EPOLLERR.value() | EPOLLHUP)) != 0;
                boolean reading = interest.has(EpollInterest.IN);
                if (this != readiness) {
                    return;
                }
                if (reading && (ready & (EpollIoOps.EPOLLIN.value() | EPOLLHUP)) != 0) {
                    readReady(); // what still waits is read before the end is noticed
                } else if (end) {
                    ending.noticed((ready & EPOLLHUP) != 0 ? "EPOLLHUP" : "EPOLLERR");
                }
            } catch (Throwable t) {
                pipeline().fireExceptionCaught(t);
            }
        }

        @Override
        public void close() {
            TunChannel.this.unsafe().close(TunChannel.this.unsafe().voidPromise());
        }
    }

    private final class TunUnsafe extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            promise.tryFailure(new UnsupportedOperationException("connect: a TUN channel has no peer; bind it"));
        }

        /** After EAGAIN only EPOLLOUT tries again. */
        @Override
        protected void flush0() {
            if (!interest.has(EpollInterest.OUT)) {
                super.flush0();
            }
        }

        private void flushNow() {
            super.flush0();
        }

        private void close(TunGoneException cause) {
            ClosedChannelException closing = new ClosedChannelException();
            closing.initCause(cause);
            close(voidPromise(), cause, closing);
        }
    }
}
