package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunStats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

class EgressTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Egress egress = new Egress(channel);
    private final TunStats ledger = TunStats.ofQueue();

    @Test
    void whatDoesNotFitWaitsInOrderUpToALimit() {
        writable(false);
        for (int i = 0; i < Egress.LIMIT; i++) {
            assertEquals(DropReason.NONE, egress.send(packet(i)));
        }
        PacketBuf tooMany = packet(-1);
        assertEquals(KernelDropReason.QDISC_DROP, egress.send(tooMany));
        tooMany.drop(KernelDropReason.QDISC_DROP);
        assertNull(channel.readOutbound());

        writable(true);
        egress.drain();
        assertEquals(DropReason.NONE, egress.send(packet(Egress.LIMIT)));
        egress.flush();
        for (int i = 0; i <= Egress.LIMIT; i++) {
            ByteBuf out = channel.readOutbound();
            assertEquals(i, out.getInt(0));
            out.release();
        }
    }

    @Test
    void noneOvertakesThoseThatWait() {
        writable(false);
        egress.send(packet(1));
        writable(true);
        egress.send(packet(2));
        egress.flush();
        for (int i = 1; i <= 2; i++) {
            ByteBuf out = channel.readOutbound();
            assertEquals(i, out.getInt(0));
            out.release();
        }
    }

    @Test
    void whatWaitsWhenTheChannelGoesIsPurged() {
        writable(false);
        egress.send(packet(1));
        egress.send(packet(2));
        egress.purge();
        assertEquals(2, ledger.dropped(Direction.INBOUND, KernelDropReason.QUEUE_PURGE));
        channel.close();
        PacketBuf late = packet(3);
        assertEquals(KernelDropReason.DEV_READY, egress.send(late));
        late.release();
    }

    private PacketBuf packet(int number) {
        return PacketBuf.build(Unpooled.directBuffer(4).writeInt(number), ledger);
    }

    private void writable(boolean is) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, is);
    }
}
