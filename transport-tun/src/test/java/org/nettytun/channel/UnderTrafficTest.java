package org.nettytun.channel;

import io.netty.channel.ChannelHandlerContext;
import org.junit.jupiter.api.Test;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.stats.Direction;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Somebody changes the device while packets go both ways as fast as they can. */
class UnderTrafficTest extends DeviceTest {
    private static final int IPV4 = 4;

    private final AtomicLong cut = new AtomicLong();
    private final Recorder recorder = new Recorder(this::answer);
    private volatile boolean sending = true;

    /** Every packet goes back; and each says itself how long it is. */
    private void answer(ChannelHandlerContext context, PacketBuf packet) {
        recorder.packets.clear();
        if (packet.getUnsignedByte(0) >>> 4 == IPV4) {
            if (packet.getUnsignedShort(2) != packet.readableBytes()) {
                cut.incrementAndGet();
            }
            context.writeAndFlush(packet.retainedDuplicate(), context.voidPromise());
        }
    }

    /** Datagrams of many lengths, for as long as the test runs; what a device that is down refuses does not matter. */
    private Thread send() throws Exception {
        DatagramChannel socket = netns.namespace().call(() -> DatagramChannel.open(StandardProtocolFamily.INET));
        AtomicLong refused = new AtomicLong();
        Thread sender = new Thread(() -> {
            for (int i = 0; sending; i++) {
                try {
                    socket.send(ByteBuffer.allocate(1 + i * 37 % 3900), new InetSocketAddress("10.7.0.2", 9));
                } catch (IOException e) {
                    refused.incrementAndGet();
                    Thread.onSpinWait();
                }
            }
        });
        sender.start();
        return sender;
    }

    private void flows(TunChannel tun) {
        long in = tun.stats().packets(Direction.INBOUND);
        long out = tun.stats().packets(Direction.OUTBOUND);
        Eventually.await(() -> tun.stats().packets(Direction.INBOUND) > in + 100
                && tun.stats().packets(Direction.OUTBOUND) > out + 100, tun.stats()::toString);
    }

    @Test
    void downUpRenamedResizedDeleted() throws Exception {
        TunChannel tun = bind(recorder);
        Thread sender = send();
        try {
            flows(tun);
            for (int mtu : new int[] {4000, 1400, 9000, 1500}) {
                netns.ip("link", "set", "tun0", "mtu", Integer.toString(mtu));
                assertEquals(mtu, recorder.awaitLink(TunLinkEvent.Kind.MTU_CHANGED).mtu());
                flows(tun);
            }
            for (int i = 0; i < 5; i++) {
                netns.ip("link", "set", "tun0", "down");
                recorder.awaitLink(TunLinkEvent.Kind.DOWN);
                netns.ip("link", "set", "tun0", "up");
                recorder.awaitLink(TunLinkEvent.Kind.UP);
                flows(tun);
            }
            netns.ip("link", "set", "tun0", "name", "renamed"); // Linux 6.2 and later rename what is up
            recorder.awaitLink(TunLinkEvent.Kind.RENAMED);
            flows(tun);
            assertTrue(recorder.failures.isEmpty(), recorder.failures::toString);
            assertEquals(0, cut.get(), "packets without their ends");

            netns.ip("link", "del", "renamed");
            recorder.awaitFailure(TunGoneException.class);
            assertTrue(tun.closeFuture().await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertNull(recorder.failures.poll());
        } finally {
            sending = false;
            sender.join();
        }
    }
}
