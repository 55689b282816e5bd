package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.fixture.Balances;
import org.nettytun.linux.ErrnoException;
import org.nettytun.stats.Direction;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A mistake that is planted among good packets turns a balance red: that they are even elsewhere means something. */
class BalancesTest {
    private static final int PACKETS = 100;

    private final TunEventLoopGroup group = new TunEventLoopGroup(1);
    private final Balances.Heads before = Balances.Heads.now();
    private final TunPair pair = PairTest.open();
    private TunChannel sender;
    private TunChannel receiver;

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Sends, and has {@code mistake} made with the 50th packet. */
    private List<String> wrongAfter(BiConsumer<ChannelHandlerContext, PacketBuf> mistake)
            throws InterruptedException, ErrnoException {
        Recorder recorder = new Recorder((context, packet) -> {
            if (packet.getInt(Packets.HEADER) == PACKETS / 2) {
                mistake.accept(context, packet);
            }
        });
        Bootstrap bootstrap = new Bootstrap().group(group).channel(TunChannel.class)
                .option(TunChannelOption.TUN_MTU, 1500);
        receiver = (TunChannel) bootstrap.clone().handler(recorder).bind(pair.second()).sync().channel();
        sender = (TunChannel) bootstrap.handler(new Recorder()).bind(pair.first()).sync().channel();
        for (int i = 0; i < PACKETS; i++) {
            sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(100, i)));
        }
        for (int i = 0; i < PACKETS; i++) {
            recorder.awaitPacket();
        }
        stop();
        List<String> wrong = new ArrayList<>(before.wrongSince());
        wrong.addAll(Balances.wrong(sender.stats()));
        wrong.addAll(Balances.wrong(receiver.stats()));
        return wrong;
    }

    @Test
    void withoutAMistakeTheyAreEven() throws Exception {
        assertEquals(List.of(), wrongAfter((context, packet) -> { }));
        assertEquals(PACKETS, sender.stats().packets(Term.SENT));
        assertEquals(PACKETS, receiver.stats().packets(Term.DELIVERED));
    }

    @Test
    void aLeak() throws Exception {
        List<PacketBuf> kept = new ArrayList<>();
        List<String> wrong = wrongAfter((context, packet) -> {
            packet.retain();
            kept.add(packet);
        });
        assertEquals(List.of("1 slots are still with a packet"), wrong);
        kept.get(0).release();
    }

    @Test
    void aPacketReadAndLostBeforeThePipeline() throws Exception {
        assertRed("direction=INBOUND", wrongAfter((context, packet) -> receiver.stats().count(Term.READ, 100)));
    }

    @Test
    void aPacketDeliveredTwice() throws Exception {
        assertRed("direction=INBOUND", wrongAfter((context, packet) -> receiver.stats().count(Term.DELIVERED, 100)));
    }

    @Test
    void aPacketCountedAsSentTwice() throws Exception {
        assertRed("direction=OUTBOUND", wrongAfter((context, packet) -> sender.stats().count(Term.SENT, 100)));
    }

    @Test
    void aByteMiscounted() throws Exception {
        assertRed("direction=OUTBOUND", wrongAfter((context, packet) -> {
            sender.stats().count(Term.ACCEPTED, 100);
            sender.stats().count(Term.REFUSED, 99);
        }));
    }

    @Test
    void aDropCountedTwice() throws Exception {
        assertRed("by reason", wrongAfter((context, packet) ->
                sender.stats().drop(Direction.OUTBOUND, KernelDropReason.QUEUE_PURGE, 100)));
    }

    @Test
    void aPacketRefusedWithoutAReason() throws Exception {
        assertRed("by reason", wrongAfter((context, packet) -> {
            sender.stats().count(Term.ACCEPTED, 100);
            sender.stats().count(Term.REFUSED, 100);
        }));
    }

    @Test
    void aPacketDroppedBeforeThePipelineWithoutAReason() throws Exception {
        assertRed("without a reason", wrongAfter((context, packet) -> {
            receiver.stats().count(Term.READ, 100);
            receiver.stats().count(Term.DROPPED_BEFORE, 100);
        }));
    }

    @Test
    void aPacketAcceptedAndForgotten() throws Exception {
        List<PacketBuf> lost = new ArrayList<>();
        List<String> wrong = wrongAfter((context, packet) -> lost.add(PacketBuf.accept(packet.retain(),
                receiver.stats())));
        assertRed("still pending", wrong);
        assertRed("1 bare heads", wrong);
        assertRed("1 slots are still", wrong);
        lost.get(0).release();
    }

    private static void assertRed(String what, List<String> wrong) {
        assertTrue(wrong.stream().anyMatch(each -> each.contains(what)), () -> what + " expected: " + wrong);
    }
}
