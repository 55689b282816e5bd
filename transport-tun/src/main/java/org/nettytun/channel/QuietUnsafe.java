package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel.Unsafe;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketVector;

import java.net.SocketAddress;

/**
 * What the pipeline calls: Netty's own {@link Unsafe} with three corrections. A packet written with a void promise
 * fails without an {@code exceptionCaught}, for a device that is down would fire one for each packet; a packet that is
 * written after the close is counted; and an event loop that cannot carry the channel is refused with a sentence.
 */
record QuietUnsafe(Unsafe real, TunChannel channel) implements Unsafe {
    @Override
    public void write(Object msg, ChannelPromise promise) {
        boolean packets = msg instanceof ByteBuf || msg instanceof PacketVector;
        // After the close nobody filters what is written: it is released at once, and must be counted all the same.
        Object written = packets && real.outboundBuffer() == null ? accept(msg) : msg;
        real.write(written, packets && promise.isVoid() ? real.voidPromise() : promise);
    }

    private Object accept(Object packets) {
        return packets instanceof PacketVector vector ? vector.accept(channel.stats())
                : PacketBuf.accept((ByteBuf) packets, channel.stats());
    }

    @Override
    public void register(EventLoop loop, ChannelPromise promise) {
        if (channel.isCompatible(loop)) {
            real.register(loop, promise);
        } else {
            promise.setFailure(new IllegalStateException("register: a TunChannel needs a loop that polls descriptors"
                    + " with epoll, of a TunEventLoopGroup or of a MultiThreadIoEventLoopGroup with EpollIoHandler:"
                    + " loop=" + loop));
        }
    }

    @Override
    public ExtendedHandle recvBufAllocHandle() {
        return (ExtendedHandle) real.recvBufAllocHandle(); // the bind has looked
    }

    @Override
    public SocketAddress localAddress() {
        return real.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return real.remoteAddress();
    }

    @Override
    public void bind(SocketAddress address, ChannelPromise promise) {
        real.bind(address, promise);
    }

    @Override
    public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        real.connect(remote, local, promise);
    }

    @Override
    public void disconnect(ChannelPromise promise) {
        real.disconnect(promise);
    }

    @Override
    public void close(ChannelPromise promise) {
        real.close(promise);
    }

    @Override
    public void closeForcibly() {
        real.closeForcibly();
    }

    @Override
    public void deregister(ChannelPromise promise) {
        real.deregister(promise);
    }

    @Override
    public void beginRead() {
        real.beginRead();
    }

    @Override
    public void flush() {
        real.flush();
    }

    @Override
    public ChannelPromise voidPromise() {
        return real.voidPromise();
    }

    @Override
    public ChannelOutboundBuffer outboundBuffer() {
        return real.outboundBuffer();
    }
}
