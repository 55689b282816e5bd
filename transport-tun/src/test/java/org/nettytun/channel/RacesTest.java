package org.nettytun.channel;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.Eventually;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What other threads may do to a channel at any moment: nothing is lost, doubled, overtaken or left open. */
class RacesTest extends PairTest {
    private static final int PACKETS = 20_000;

    private final Recorder recorder = new Recorder();

    private Thread send(TunChannel sender) {
        Thread thread = new Thread(() -> {
            for (int i = 0; i < PACKETS; i++) {
                while (!sender.isWritable() && sender.isActive()) {
                    Thread.onSpinWait();
                }
                sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, i)), sender.voidPromise());
            }
        });
        thread.start();
        return thread;
    }

    private void allArriveInOrder() throws InterruptedException {
        for (int i = 0; i < PACKETS; i++) {
            assertEquals(i, Packets.number(recorder.awaitPacket()));
        }
        assertTrue(recorder.failures.isEmpty(), recorder.failures::toString);
    }

    @Test
    void autoReadSwitchedByTwoThreads() throws Exception {
        TunChannel receiver = bind(pair.second(), recorder);
        Thread sender = send(bind(pair.first(), new Recorder()));
        List<Thread> switchers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Thread switcher = new Thread(() -> {
                for (int j = 0; j < 3_000; j++) {
                    receiver.config().setAutoRead(ThreadLocalRandom.current().nextBoolean());
                }
            });
            switcher.start();
            switchers.add(switcher);
        }
        for (Thread switcher : switchers) {
            switcher.join();
        }
        receiver.config().setAutoRead(false);
        receiver.config().setAutoRead(true);
        allArriveInOrder();
        sender.join();
    }

    @Test
    void movedFromLoopToLoop() throws Exception {
        TunChannel receiver = bind(pair.second(), recorder);
        Thread sender = send(bind(pair.first(), new Recorder()));
        for (int i = 0; i < 100; i++) {
            receiver.deregister().sync();
            EventLoopGroup to = i % 2 == 0 ? other : group;
            to.register(receiver).sync();
        }
        allArriveInOrder();
        sender.join();
    }

    @Test
    void closedFromSeveralThreadsInTheMidstOfTraffic() throws Exception {
        for (int round = 0; round < 50; round++) {
            TunPair fresh = TunPair.open();
            TunChannel receiver = bind(fresh.second(), new Recorder());
            TunChannel sender = bind(fresh.first(), new Recorder());
            List<ChannelFuture> writes = new ArrayList<>();
            List<Thread> closers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                TunChannel which = i == 0 ? receiver : sender;
                closers.add(new Thread(which::close));
            }
            for (int i = 0; i < 200; i++) {
                writes.add(sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, i))));
                if (i == 100) {
                    closers.forEach(Thread::start);
                }
            }
            for (Thread closer : closers) {
                closer.join();
            }
            assertTrue(sender.closeFuture().await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertTrue(receiver.closeFuture().await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
            Eventually.await(() -> writes.stream().allMatch(ChannelFuture::isDone), () -> "a promise was forgotten");
            assertTrue(!sender.fd().isOpen() && !receiver.fd().isOpen());
        }
    }

    @Test
    void closedByAListenerOfItsOwnWrite() throws Exception {
        bind(pair.second(), new Recorder());
        TunChannel sender = bind(pair.first(), new Recorder());
        List<ChannelFuture> writes = new ArrayList<>();
        sender.eventLoop().submit(() -> {
            for (int i = 0; i < 10; i++) {
                writes.add(sender.write(i == 3 ? Unpooled.EMPTY_BUFFER
                        : Unpooled.wrappedBuffer(Packets.ipv4(100, i))));
            }
            writes.get(3).addListener(refused -> sender.close());
            sender.flush();
        }).sync();
        assertTrue(sender.closeFuture().await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
        Eventually.await(() -> writes.stream().allMatch(ChannelFuture::isDone), () -> "a promise was forgotten");
        assertEquals(3, writes.stream().filter(ChannelFuture::isSuccess).count());
    }
}
