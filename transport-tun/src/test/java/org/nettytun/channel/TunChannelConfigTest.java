package org.nettytun.channel;

import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.linux.TunFlag;
import org.nettytun.stats.Direction;
import org.nettytun.stats.TunDropReason;

import java.net.InetSocketAddress;
import java.nio.channels.AlreadyBoundException;
import java.util.EnumSet;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Options: what may be set when, and what is refused how. */
class TunChannelConfigTest extends PairTest {
    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 67, 65536})
    void anMtuThatCannotBe(int mtu) {
        ChannelFuture bind = bootstrap(new Recorder()).option(TunChannelOption.TUN_MTU, mtu).bind(pair.first())
                .awaitUninterruptibly();
        IllegalArgumentException refusal = assertInstanceOf(IllegalArgumentException.class, bind.cause());
        assertEquals("TUN_MTU must be 68..65535: value=" + mtu, refusal.getMessage());
    }

    @Test
    void valuesThatCannotBe() {
        TunChannelConfig config = new TunChannel().config();
        refused(config, TunChannelOption.TUN_QUEUES, 0);
        refused(config, TunChannelOption.TUN_QUEUES, 257);
        refused(config, TunChannelOption.TUN_TX_QUEUE_LENGTH, -1);
        refused(config, TunChannelOption.TUN_OWNER, -1);
        refused(config, TunChannelOption.TUN_ADDRESSES, List.of("10.7.0.1/24", "10.7.0.1/33"));
        refused(config, TunChannelOption.TUN_ROUTES, List.of("10.8.0.0/16 over there"));
        refused(config, TunChannelOption.TUN_FLAGS, EnumSet.of(TunFlag.VNET_HDR));
    }

    private static <T> void refused(TunChannelConfig config, ChannelOption<T> option, T value) {
        assertThrows(IllegalArgumentException.class, () -> config.setOption(option, value), option::name);
    }

    @Test
    void anOptionOfAnotherChannelIsRefused() {
        TunChannel channel = new TunChannel();
        assertFalse(channel.config().setOption(ChannelOption.SO_RCVBUF, 1000));
        assertFalse(channel.config().getOptions().containsKey(ChannelOption.SO_RCVBUF));
        assertTrue(channel.config().getOptions().containsKey(TunChannelOption.TUN_MTU));
        assertEquals(64, channel.metadata().defaultMaxMessagesPerRead());
    }

    @Test
    void whatNeedsADeviceIsRefusedOnAPair() {
        ChannelFuture bind = bootstrap(new Recorder()).option(TunChannelOption.TUN_ADDRESSES, List.of("10.7.0.1/24"))
                .bind(pair.first()).awaitUninterruptibly();
        assertTrue(bind.cause().getMessage().startsWith("TUN_ADDRESSES needs a device"), bind.cause()::getMessage);
    }

    @Test
    void onAPairTheMtuBoundsWhatIsRead() throws Exception {
        Recorder recorder = new Recorder();
        TunChannel receiver = (TunChannel) bootstrap(recorder).option(TunChannelOption.TUN_MTU, 1000)
                .bind(pair.second()).sync().channel();
        TunChannel sender = bind(pair.first(), new Recorder());
        sender.write(Unpooled.wrappedBuffer(Packets.ipv4(1001, 1)));
        sender.write(Unpooled.wrappedBuffer(Packets.ipv4(1500, 2)));
        sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(1000, 3))).sync();

        assertEquals(3, Packets.number(recorder.awaitPacket()));
        assertEquals(2, receiver.stats().dropped(Direction.INBOUND, TunDropReason.PKT_TRUNCATED));
        assertEquals(1000, receiver.config().getOption(TunChannelOption.TUN_MTU));
    }

    @Test
    void aReceiveAllocatorThatGuessesTooLittleIsRefusedWithASentence() {
        RecvByteBufAllocator small = new FixedRecvByteBufAllocator(1400);
        ChannelFuture bind = bootstrap(new Recorder()).option(ChannelOption.RECVBUF_ALLOCATOR, small)
                .option(TunChannelOption.TUN_MTU, 1500).bind(pair.first()).awaitUninterruptibly();
        assertTrue(bind.cause().getMessage().contains("guess=1400, needed=1500"), bind.cause()::getMessage);

        TunChannel bound = (TunChannel) bootstrap(new Recorder()).option(TunChannelOption.TUN_MTU, 1500)
                .bind(pair.second()).syncUninterruptibly().channel();
        assertThrows(IllegalArgumentException.class, () -> bound.config().setRecvByteBufAllocator(small));
        bound.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(1500));
    }

    @Test
    void anAllocatorThatShrinksIsToldOfOnceAndLosesNothing() throws Exception {
        Recorder recorder = new Recorder();
        bootstrap(recorder).option(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(64, 2048, 65536))
                .option(TunChannelOption.TUN_MTU, 1500).bind(pair.second()).sync();
        TunChannel sender = bind(pair.first(), new Recorder());
        for (int i = 0; i < 20; i++) {
            sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(30, i))).sync();
            assertEquals(i, Packets.number(recorder.awaitPacket()));
        }
        for (int i = 0; i < 20; i++) {
            sender.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(1500, i))).sync();
            assertEquals(1500, recorder.awaitPacket().length);
        }
        assertTrue(recorder.awaitFailure(IllegalStateException.class).getMessage().contains("needed=1500"));
        assertTrue(recorder.failures.isEmpty(), recorder.failures::toString);
    }

    @Test
    void bindingTwiceOrToSomethingElseIsRefused() {
        TunChannel channel = bind(pair.first(), new Recorder());
        assertInstanceOf(AlreadyBoundException.class,
                channel.bind(pair.second()).awaitUninterruptibly().cause());
        Throwable refusal = bootstrap(new Recorder()).bind(new InetSocketAddress(1)).awaitUninterruptibly()
                .cause();
        assertTrue(refusal.getMessage().contains("TunAddress"), refusal::getMessage);
        assertTrue(channel.isActive());
    }
}
