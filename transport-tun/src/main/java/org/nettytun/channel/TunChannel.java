package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
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
import io.netty.channel.unix.UnixChannelUtil;
import io.netty.util.internal.StringUtil;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.linux.Errno;
import org.nettytun.stats.Direction;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunDropReason;
import org.nettytun.stats.TunStats;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedChannelException;

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
    private static final int POLL_WEIGHT = 64;
    private static final ChannelMetadata METADATA = new ChannelMetadata(false, POLL_WEIGHT);

    private static final int WANT_IN = 1;
    private static final int WANT_OUT = 2;
    /** By what is wanted. Never without EPOLLERR: a device that goes away while nobody reads must be noticed. */
    private static final EpollIoOps[] OPS = {
        EpollIoOps.EPOLLERR,
        EpollIoOps.EPOLLERR.with(EpollIoOps.EPOLLIN),
        EpollIoOps.EPOLLERR.with(EpollIoOps.EPOLLOUT),
        EpollIoOps.EPOLLERR.with(EpollIoOps.EPOLLIN).with(EpollIoOps.EPOLLOUT),
    };
    private static final int EPOLLHUP = 0x10;

    private final TunStats stats = new TunStats();
    private final TunChannelConfig config = new TunChannelConfig(this);
    private final LinkEvents linkEvents = new LinkEvents();
    private final ReadBatch batch = new ReadBatch();
    private final Runnable flushLater = () -> ((TunUnsafe) super.unsafe()).flushNow();
    private QuietUnsafe unsafe;

    private volatile boolean closed;
    private volatile TunDevice device;
    /** Of the present registration: what an earlier one still hears is not for us. */
    private Readiness readiness;
    private IoRegistration registration;
    private int wanted;
    private boolean readPending;
    private boolean gone;
    private boolean shortfallTold;

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
            config.checkGuess(config.getRecvByteBufAllocator(), opened.mtu());
            device = opened;
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
        IoEventLoop loop = (IoEventLoop) eventLoop();
        readiness = new Readiness();
        registration = loop.register(readiness).sync().getNow(); // done already: we are on the loop
        registration.submit(OPS[wanted]);
        device.watch(loop, linkEvents);
        if (config.getAllocator() instanceof NapiByteBufAllocator napi) {
            napi.wakeBy(loop);
        }
    }

    private void detach(TunDevice from) {
        IoRegistration last = registration;
        registration = null;
        readiness = null;
        if (last != null) {
            last.cancel();
        }
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
            bound.close();
        }
    }

    @Override
    protected void doDisconnect() throws Exception {
        doClose();
    }

    private void want(int what) {
        if ((wanted & what) == 0) {
            wanted |= what;
            submitWanted();
        }
    }

    private void unwant(int what) {
        if ((wanted & what) != 0) {
            wanted &= ~what;
            submitWanted();
        }
    }

    private void submitWanted() {
        if (registration != null) {
            registration.submit(OPS[wanted]);
        }
    }

    @Override
    protected void doBeginRead() {
        readPending = true;
        want(WANT_IN);
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
        unwant(WANT_IN);
    }

    private void readReady() {
        ExtendedHandle budget = quiet().recvBufAllocHandle();
        budget.reset(config);
        Readiness mine = readiness;
        NapiByteBufAllocator napi = config.packetsFor(device.readSize());
        Throwable failure = null;
        if (napi != null) {
            batch.start(napi);
        }
        try {
            do {
                PacketBuf packet = napi == null ? readForeign(budget) : readSlot(budget);
                if (packet == null) {
                    break;
                }
                readPending = false;
                pipeline().fireChannelRead(packet);
                // The handler may have closed us, or moved us to another loop.
            } while (mine == readiness && isActive() && budget.continueReading(TRUE_SUPPLIER));
        } catch (Throwable t) {
            failure = t;
        }
        if (napi != null) {
            batch.finish();
        }
        budget.readComplete();
        pipeline().fireChannelReadComplete();
        if (failure != null) {
            readFailed(failure);
        }
        if (!readPending && !config.isAutoRead()) {
            unwant(WANT_IN);
        }
    }

    /** @return the next packet that is whole, in a slot; {@code null} when none waits, or there is no memory for it */
    private PacketBuf readSlot(ExtendedHandle budget) throws IOException {
        while (true) {
            PacketBuf packet = batch.next();
            if (packet == null) {
                skipOne();
                return null;
            }
            if (!fill(packet, budget)) {
                return null;
            }
            if (isWhole(packet)) {
                return packet.readFrom(stats);
            }
        }
    }

    /** The same with memory of the application's allocators, to which a head is given. */
    private PacketBuf readForeign(ExtendedHandle budget) throws IOException {
        while (true) {
            ByteBuf data = receiveBuffer(budget);
            if (!fill(data, budget)) {
                return null;
            }
            if (isWhole(data)) {
                return PacketBuf.build(data, stats);
            }
        }
    }

    /** Reads one packet. If there is none, {@code data} is released. */
    private boolean fill(ByteBuf data, ExtendedHandle budget) throws IOException {
        int length;
        try {
            length = device.read(data);
        } catch (Throwable t) {
            data.release();
            throw t;
        }
        budget.attemptedBytesRead(data.capacity());
        budget.lastBytesRead(length);
        if (length > 0) {
            budget.incMessagesRead(1);
            return true;
        }
        data.release();
        if (length < 0) {
            gone("end of file");
        }
        return false;
    }

    /** Counts it; one that lacks its end is dropped, at most once for each time the MTU was raised. */
    private boolean isWhole(ByteBuf data) {
        if (device.isCut(data)) {
            data.release();
            stats.drop(Direction.INBOUND, TunDropReason.PKT_TRUNCATED);
            device.refresh();
            return false;
        }
        stats.count(Direction.INBOUND, data.readableBytes());
        return true;
    }

    /** @return a direct buffer that takes a packet of the MTU, whatever the application's allocators made of it */
    private ByteBuf receiveBuffer(ExtendedHandle budget) throws IOException {
        ByteBuf data;
        try {
            data = budget.allocate(config.getAllocator());
        } catch (Throwable t) {
            skipOne();
            throw t;
        }
        if (data.isDirect() && data.writableBytes() >= device.mtu()) {
            return data;
        }
        boolean tooShort = data.writableBytes() < device.mtu();
        int offered = data.writableBytes();
        data.release();
        if (tooShort && !shortfallTold) {
            shortfallTold = true;
            pipeline().fireExceptionCaught(new IllegalStateException(TunChannelConfig.shortGuess(offered, device.mtu())
                    + " Until then the channel takes buffers of the full size."));
        }
        return config.getAllocator().directBuffer(device.readSize());
    }

    /** There is no memory for the packet: it goes, as it would in the kernel, or the queue would wake us for ever. */
    private void skipOne() throws IOException {
        if (device.skip()) {
            stats.drop(Direction.INBOUND, KernelDropReason.NOMEM);
        }
    }

    private void readFailed(Throwable failure) {
        if (failure instanceof NativeIoException refusal && PacketRefusedException.isGone(-refusal.expectedErr())) {
            gone("read: " + Errno.name(-refusal.expectedErr()));
        } else {
            pipeline().fireExceptionCaught(failure);
        }
    }

    @Override
    protected Object filterOutboundMessage(Object msg) {
        if (!(msg instanceof ByteBuf packet)) {
            throw new UnsupportedOperationException("write: expected a ByteBuf that holds one IP packet: message="
                    + StringUtil.simpleClassName(msg));
        }
        if (packet.isReadable() && UnixChannelUtil.isBufferCopyNeededForWrite(packet)) {
            ByteBuf direct = alloc().directBuffer(packet.readableBytes());
            direct.writeBytes(packet, packet.readerIndex(), packet.readableBytes());
            packet.release();
            return direct;
        }
        return packet;
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
        for (int budget = maxMessagesPerWrite(); budget > 0; budget--) {
            if (gone) {
                return; // the close that is under way fails them
            }
            ByteBuf packet = (ByteBuf) in.current();
            if (packet == null) {
                unwant(WANT_OUT);
                return;
            }
            int length = packet.readableBytes();
            if (length == 0) {
                refused(in, PacketRefusedException.EMPTY);
                continue;
            }
            int result = PacketWriter.write(device.fd(), packet);
            if (result > 0) {
                stats.count(Direction.OUTBOUND, length);
                in.remove();
            } else if (result == 0) {
                want(WANT_OUT);
                return;
            } else if (PacketRefusedException.isGone(-result)) {
                gone("write: " + Errno.name(-result));
                return;
            } else {
                refused(in, PacketRefusedException.of(-result));
            }
        }
        // A device that is down never says EPOLLOUT, so we come back on our own.
        if (!in.isEmpty()) {
            eventLoop().execute(flushLater);
        }
    }

    private void refused(ChannelOutboundBuffer in, PacketRefusedException why) {
        stats.drop(Direction.OUTBOUND, why.reason());
        in.remove(why);
    }

    /** The device or the peer is gone. Fired after the batch in which it was noticed. */
    private void gone(String sign) {
        if (gone || closed) {
            return;
        }
        gone = true;
        unwant(WANT_IN | WANT_OUT);
        TunGoneException cause = new TunGoneException(String.valueOf(localAddress()), sign);
        eventLoop().execute(() -> {
            if (isOpen()) {
                pipeline().fireExceptionCaught(cause);
                ((TunUnsafe) super.unsafe()).close(cause);
            }
        });
    }

    private final class LinkEvents implements LinkWatch.Listener {
        @Override
        public void happened(TunLinkEvent event) {
            pipeline().fireUserEventTriggered(event);
        }

        @Override
        public void deleted() {
            gone("deleted");
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
                    flushLater.run();
                }
                boolean end = (ready & (EpollIoOps.EPOLLERR.value() | EPOLLHUP)) != 0;
                boolean reading = (wanted & WANT_IN) != 0;
                if ((ready & EpollIoOps.EPOLLIN.value()) != 0 && reading && this == readiness) {
                    readReady(); // what still waits is read before the end is noticed
                } else if (end && this == readiness) {
                    gone((ready & EPOLLHUP) != 0 ? "EPOLLHUP" : "EPOLLERR");
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
            if ((wanted & WANT_OUT) == 0) {
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
