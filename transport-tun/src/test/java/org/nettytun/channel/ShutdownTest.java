package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.PlatformDependent;
import org.junit.jupiter.api.Test;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.NapiCounter;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.fixture.Soak;
import org.nettytun.linux.fixture.OpenDescriptors;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Groups that end, one after the other, while other threads hold the packets that their loops have read. */
class ShutdownTest {
    private static final int GROUPS = Soak.of(200, 10_000);
    private static final int PACKETS = 150;
    private static final int SLOT_BYTES = 256;

    private final NapiByteBufAllocator napi =
            new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, SLOT_BYTES, 4 << 20);
    private final BlockingQueue<PacketBuf> held = new LinkedBlockingQueue<>();
    /** One thread has a cache of its own, the other has none. */
    private final List<ExecutorService> foreign = List.of(
            Executors.newSingleThreadExecutor(new DefaultThreadFactory("foreign")),
            Executors.newSingleThreadExecutor());

    @Test
    void allThatWasTakenIsReturned() throws Exception {
        oneGroup(1);
        long direct = directMemory();
        long nettys = PlatformDependent.usedDirectMemory();
        int descriptors = OpenDescriptors.count();
        for (int i = 0; i < GROUPS; i++) {
            oneGroup(i);
        }
        for (ExecutorService each : foreign) {
            each.shutdown();
            assertTrue(each.awaitTermination(10, TimeUnit.SECONDS));
        }
        assertEquals(0, napi.taken());
        assertEquals(0, napi.alive());
        assertEquals(napi.count(NapiCounter.TAKEN), napi.count(NapiCounter.CONSUMED));
        assertTrue(napi.count(NapiCounter.TAKEN) >= (long) GROUPS * PACKETS);
        assertTrue(napi.count(NapiCounter.RETURN_SHARED) > 0 && napi.count(NapiCounter.RETURN_DEFERRED) > 0);
        assertEquals(64L * (64 + SLOT_BYTES), napi.slabBytes(), "one slab is kept");
        assertTrue(PlatformDependent.usedDirectMemory() <= nettys, () -> nettys + " bytes of direct memory before, "
                + PlatformDependent.usedDirectMemory() + " after");
        assertTrue(directMemory() <= direct, () -> direct + " bytes of direct memory before, " + directMemory()
                + " after");
        assertEquals(descriptors, OpenDescriptors.count());
    }

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }

    /** The packets are released before the group ends, while it does, or afterwards. */
    private void oneGroup(int number) throws Exception {
        TunEventLoopGroup group = new TunEventLoopGroup(1);
        TunPair pair = TunPair.open();
        Bootstrap bootstrap = new Bootstrap().group(group).channel(TunChannel.class).handler(new Holder())
                .option(TunChannelOption.TUN_MTU, SLOT_BYTES - 1).option(ChannelOption.ALLOCATOR, napi);
        bootstrap.bind(pair.first()).sync();
        TunChannel sender = (TunChannel) bootstrap.bind(pair.second()).sync().channel();
        sender.eventLoop().execute(() -> {
            for (int i = 0; i < PACKETS; i++) {
                sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, i)), sender.voidPromise());
            }
        });
        PacketBuf[] all = new PacketBuf[PACKETS];
        for (int i = 0; i < PACKETS; i++) {
            all[i] = held.poll(10, TimeUnit.SECONDS);
        }
        List<Future<?>> released = number % 3 == 0 ? release(all) : List.of();
        io.netty.util.concurrent.Future<?> end = group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        if (number % 3 == 1) {
            released = release(all);
        }
        end.sync();
        if (number % 3 == 2) {
            released = release(all);
        }
        for (Future<?> each : released) {
            each.get(10, TimeUnit.SECONDS);
        }
    }

    private List<Future<?>> release(PacketBuf[] all) {
        return List.of(foreign.get(0).submit(() -> release(all, 0)), foreign.get(1).submit(() -> release(all, 1)));
    }

    private static void release(PacketBuf[] all, int from) {
        for (int i = from; i < all.length; i += 2) {
            all[i].release();
        }
    }

    @Sharable
    private final class Holder extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object packet) {
            held.add((PacketBuf) packet);
        }
    }
}
