package org.nettytun.benchmarks.hairpin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import org.nettytun.benchmarks.run.Pinning;
import org.nettytun.linux.TunFd;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The floor for any transport on Netty: its event loop and its system calls, one buffer, no channel. */
final class RawSubject implements Subject, EpollIoHandle {
    private static final int BUDGET = 64;
    private static final int LONGEST = 1600;
    private static final EpollIoOps NOTHING = EpollIoOps.EPOLLERR;
    private static final EpollIoOps READING = NOTHING.with(EpollIoOps.EPOLLIN);

    private final IoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final IoEventLoop loop = group.next();
    private final ByteBuf packet = Unpooled.directBuffer(LONGEST, LONGEST);
    private TunFd device;
    private FileDescriptor fd;
    private IoRegistration registration;
    private int size;
    private int unchanged;
    private long packets;
    private long start;
    private long deadline;
    private CompletableFuture<Laps> running;

    @Override
    public List<Long> start() throws Exception {
        device = TunFd.open("tun0", Set.of());
        fd = new FileDescriptor(device.fd());
        registration = loop.register(this).get();
        return List.of(loop.submit(Pinning::threadId).get());
    }

    @Override
    public void size(int bytes) throws Exception {
        loop.submit(() -> {
            size = bytes;
            unchanged = Packets.unchanged(bytes);
            for (int flow = 0; flow < Packets.IN_FLIGHT; flow++) {
                ByteBuf one = Packets.of(bytes, flow);
                write(one.memoryAddress(), bytes);
                one.release();
            }
            return null;
        }).sync();
    }

    @Override
    public Laps run(long millis) throws Exception {
        CompletableFuture<Laps> laps = new CompletableFuture<>();
        loop.execute(() -> {
            running = laps;
            packets = 0;
            start = System.nanoTime();
            deadline = start + millis * 1_000_000;
            registration.submit(READING);
        });
        return laps.get();
    }

    @Override
    public FileDescriptor fd() {
        return fd;
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        try {
            bounceSome();
        } catch (IOException e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
        long now = System.nanoTime();
        if (now - deadline >= 0) {
            registration.submit(NOTHING);
            running.complete(new Laps(packets, now - start));
        }
    }

    private void bounceSome() throws IOException {
        long address = packet.memoryAddress();
        for (int i = 0; i < BUDGET; i++) {
            int length = fd.readAddress(address, 0, LONGEST);
            if (length <= 0) {
                return;
            }
            if (length == size) {
                packet.setInt(Packets.CHANGED, unchanged);
                write(address, length);
                packets++;
            }
        }
    }

    /** A packet that is not taken whole is lost, and what is measured with fewer in flight is no figure. */
    private void write(long address, int length) throws IOException {
        int written = fd.writeAddress(address, 0, length);
        if (written != length) {
            throw new IOException("write: expected " + length + " bytes to be taken: " + written);
        }
    }

    @Override
    public void close() {
        device.close();
    }
}
