package org.nettytun.channel;

import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.OpenDescriptors;
import org.nettytun.stats.Direction;

import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Several queues of one device, each on its own loop. */
class TunQueuesTest extends DeviceTest {
    private TunQueues open(int queues) throws Exception {
        return TunQueues.bind(bootstrap(new Recorder()).option(TunChannelOption.TUN_QUEUES, queues),
                new TunAddress("tun%d")).sync().getNow();
    }

    @Test
    void eachQueueHasALoopAndTheyCloseTogether() throws Exception {
        TunQueues queues = open(2);
        List<TunChannel> channels = queues.channels();
        assertEquals(List.of(new TunAddress("tun0", 0), new TunAddress("tun0", 1)),
                channels.stream().map(TunChannel::localAddress).toList());
        assertNotSame(channels.get(0).eventLoop(), channels.get(1).eventLoop());
        assertTrue(netns.ip("-d", "link", "show", "tun0").contains("multi_queue"));

        queues.close().sync();
        assertTrue(channels.stream().allMatch(channel -> channel.closeFuture().isDone()));
        assertFalse(netns.ip("link").contains("tun0"));
    }

    @Test
    void aFlowStaysOnItsQueue() throws Exception {
        List<TunChannel> channels = open(2).channels();
        AtomicInteger wrong = new AtomicInteger();
        for (TunChannel channel : channels) {
            int queue = channel.localAddress().queue();
            channel.pipeline().addFirst(new Recorder((context, packet) ->
                    wrong.addAndGet(packet.metadata().queue() == queue ? 0 : 1)));
        }
        int flows = 16;
        int packets = 50;
        List<DatagramChannel> sockets = new ArrayList<>();
        for (int flow = 0; flow < flows; flow++) {
            sockets.add(netns.namespace().call(() -> DatagramChannel.open(StandardProtocolFamily.INET)));
        }
        long[] before = inbound(channels);
        for (DatagramChannel socket : sockets) {
            long[] at = inbound(channels);
            for (int i = 0; i < packets; i++) {
                socket.send(ByteBuffer.allocate(10), new InetSocketAddress("10.7.0.2", 9));
            }
            long sum = at[0] + at[1] + packets;
            Eventually.await(() -> inbound(channels)[0] + inbound(channels)[1] >= sum, channels::toString);
            long[] now = inbound(channels);
            long most = Math.max(now[0] - at[0], now[1] - at[1]);
            assertTrue(most >= packets, "a flow was spread: " + (now[0] - at[0]) + " and " + (now[1] - at[1]));
            socket.close();
        }
        long[] after = inbound(channels);
        assertTrue(after[0] > before[0] && after[1] > before[1], "all flows went to one queue");
        assertEquals(0, wrong.get(), "a packet says another queue than it was read from");
    }

    private static long[] inbound(List<TunChannel> channels) {
        return channels.stream().mapToLong(channel -> channel.stats().packets(Direction.INBOUND)).toArray();
    }

    @Test
    void allOrNone() throws Exception {
        TunChannel single = bind(new Recorder());
        int before = OpenDescriptors.count();
        for (int i = 0; i < 10; i++) {
            Throwable failure = TunQueues.bind(bootstrap(new Recorder()).option(TunChannelOption.TUN_QUEUES, 2),
                    new TunAddress("tun0")).await().cause();
            assertTrue(failure.getMessage().contains("MULTI_QUEUE"), failure::getMessage);
        }
        assertEquals(before, OpenDescriptors.count());
        assertTrue(single.isActive());
    }
}
