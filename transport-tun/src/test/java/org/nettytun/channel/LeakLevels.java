package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.linux.fixture.Eventually;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process of its own for {@link LeakLevelsTest}: packets go to and fro between the ends of a pair through a handler
 * of the type {@link ByteBuf}, at each level of leak detection. Prints a line for each, {@code LEVEL seen=… other=…
 * tracked=…}: packets, messages that were anything but a bare {@link PacketBuf}, trackers opened meanwhile. The last
 * packet is forgotten, and what is reported of that is printed.
 */
@Sharable
final class LeakLevels extends SimpleChannelInboundHandler<ByteBuf> {
    static final String HINT = "the last who had it";
    private static final int IN_FLIGHT = 64;
    private static final AtomicLong TRACKED = new AtomicLong();
    private static volatile String report;

    private final CountDownLatch done = new CountDownLatch(1);
    private final int each;
    private int level;
    private int seen;
    private int other;

    private LeakLevels(int each) {
        super(ByteBuf.class, false);
        this.each = each;
    }

    /** @param arguments packets at each level */
    public static void main(String[] arguments) throws Exception {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Counting());
        ResourceLeakDetector.setLevel(Level.DISABLED);
        LeakLevels typed = new LeakLevels(Integer.parseInt(arguments[0]));
        TunPair pair = TunPair.open();
        Bootstrap bootstrap = new Bootstrap().group(new TunEventLoopGroup(1)).channel(TunChannel.class).handler(typed)
                .option(TunChannelOption.TUN_MTU, 1500);
        bootstrap.bind(pair.first()).sync();
        TunChannel second = (TunChannel) bootstrap.bind(pair.second()).sync().channel();
        second.eventLoop().execute(() -> {
            for (int i = 0; i < IN_FLIGHT; i++) {
                second.write(Unpooled.wrappedBuffer(Packets.ipv4(100, i)), second.voidPromise());
            }
            second.flush();
        });
        typed.done.await();
        System.out.append(awaitReport()).append('\n').flush();
        Runtime.getRuntime().halt(0);
    }

    private static String awaitReport() {
        try {
            Eventually.await(() -> {
                System.gc();
                NapiByteBufAllocator.DEFAULT.allocate().release(); // who opens a tracker looks for what was lost
                return report != null;
            }, () -> "no leak was reported");
            return report;
        } catch (AssertionError e) {
            return e.getMessage(); // the loop's thread would keep the process
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
        seen++;
        if (message.getClass() != PacketBuf.class || message.unwrap() != null) {
            other++;
        }
        if (seen == each) {
            nextLevel();
            if (level == Level.values().length) {
                message.touch(HINT); // and nobody has it any more
                done.countDown();
                return;
            }
        }
        if (level < Level.values().length) {
            context.write(message, context.voidPromise());
        } else {
            message.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    private void nextLevel() {
        System.out.append(Level.values()[level] + " seen=" + seen + " other=" + other + " tracked="
                + TRACKED.getAndSet(0)).append('\n').flush();
        seen = 0;
        level++;
        if (level < Level.values().length) {
            ResourceLeakDetector.setLevel(Level.values()[level]);
        }
    }

    private static final class Counting extends ResourceLeakDetectorFactory {
        @Override
        @SuppressWarnings("deprecation") // abstract, so there is no other
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int interval, long maxActive) {
            return new ResourceLeakDetector<>(resource, interval) {
                @Override
                public ResourceLeakTracker<T> track(T tracked) {
                    ResourceLeakTracker<T> tracker = super.track(tracked);
                    if (tracker != null && resource == PacketBuf.class) {
                        TRACKED.incrementAndGet();
                    }
                    return tracker;
                }

                @Override
                protected boolean needReport() {
                    return true;
                }

                @Override
                protected void reportTracedLeak(String type, String records) {
                    if (resource == PacketBuf.class) {
                        report = type + records;
                    }
                }
            };
        }
    }
}
