package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import org.junit.jupiter.api.Test;
import org.nettytun.stats.Direction;
import org.nettytun.stats.TunDropReason;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Where contracts meet, on a pair. */
class CornersTest extends PairTest {
    private final Recorder recorder = new Recorder();

    private static void sendFive(TunChannel sender) throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, i))).sync();
        }
    }

    @Test
    void aPacketThatSaysItIsShorterThanItIsIsStillCut() throws Exception {
        TunChannel receiver = (TunChannel) bootstrap(recorder).option(TunChannelOption.TUN_MTU, 1500)
                .bind(pair.second()).sync().channel();
        TunChannel sender = bind(pair.first(), new Recorder());
        ByteBuf lying = Unpooled.wrappedBuffer(Packets.ipv4(3000, 1)).setShort(2, 100);
        sender.write(lying);
        sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(1500, 2))).sync();
        assertEquals(2, Packets.number(recorder.awaitPacket()));
        assertEquals(1, receiver.stats().dropped(Direction.INBOUND, TunDropReason.PKT_TRUNCATED));
    }

    @Test
    void whatAPeerSentBeforeItClosedIsDelivered() throws Exception {
        TunChannel receiver = (TunChannel) bootstrap(recorder).option(ChannelOption.AUTO_READ, false)
                .bind(pair.second()).sync().channel();
        TunChannel sender = bind(pair.first(), new Recorder());
        sendFive(sender);
        sender.close().sync();
        for (int i = 0; i < 5; i++) {
            assertEquals(i, Packets.number(recorder.awaitPacket()));
        }
        recorder.awaitFailure(TunGoneException.class);
        assertTrue(receiver.closeFuture().await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void autoReadSwitchedOffBetweenTwoLoopsIsOff() throws Exception {
        TunChannel receiver = bind(pair.second(), recorder);
        receiver.deregister().sync();
        receiver.config().setAutoRead(false);
        sendFive(bind(pair.first(), new Recorder()));
        other.register(receiver).sync();
        assertNull(recorder.packets.poll(200, TimeUnit.MILLISECONDS));
        receiver.config().setAutoRead(true);
        for (int i = 0; i < 5; i++) {
            assertEquals(i, Packets.number(recorder.awaitPacket()));
        }
    }

    @Test
    void aBacklogMovesWithItsChannel() throws Exception {
        bind(pair.second(), recorder);
        TunChannel sender = (TunChannel) bootstrap(new Recorder()).option(ChannelOption.MAX_MESSAGES_PER_WRITE, 2)
                .bind(pair.first()).sync().channel();
        int packets = 2_000;
        for (int i = 0; i < packets; i++) {
            sender.write(Unpooled.wrappedBuffer(Packets.ipv4(100, i)), sender.voidPromise());
        }
        sender.flush();
        sender.deregister().sync();
        other.register(sender).sync();
        for (int i = 0; i < packets; i++) {
            assertEquals(i, Packets.number(recorder.awaitPacket()));
        }
    }

    @Test
    void aWriterWithoutEndLeavesTheLoopToOthers() throws Exception {
        bind(pair.second(), recorder);
        TunChannel sender = bind(pair.first(), new Recorder());
        AtomicBoolean stop = new AtomicBoolean();
        again(sender, stop);
        sender.eventLoop().submit(() -> { }).get(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS);
        stop.set(true);
    }

    private static void again(TunChannel sender, AtomicBoolean stop) {
        ChannelFuture write = sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, 1)));
        write.addListener(done -> {
            if (!stop.get() && done.isSuccess()) {
                again(sender, stop);
            }
        });
    }
}
