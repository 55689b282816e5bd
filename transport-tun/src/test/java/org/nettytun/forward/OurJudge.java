package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.NapiCounter;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.TunStats;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Our router between channels that only remember what was written. */
final class OurJudge implements Judge {
    final NapiByteBufAllocator alloc;
    final List<EmbeddedChannel> channels = Stream.generate(EmbeddedChannel::new).limit(3).toList();
    final TunStats ledger = TunStats.ofQueue();
    final TunStats made = new TunStats("router");
    final IcmpLimits limits;
    final Forwarding router;
    private final List<Forwarder> forwarders = new ArrayList<>();
    private DropReason last;

    OurJudge() {
        this(new IcmpLimits(0), SegmentLimit.NONE);
    }

    OurJudge(IcmpLimits limits, SegmentLimit segments) {
        this(limits, segments, 8192);
    }

    /** @param slots packets that there can be */
    OurJudge(IcmpLimits limits, SegmentLimit segments, int slots) {
        this.alloc = new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 1536, slots * 1728L);
        this.limits = limits;
        List<Port> ports = Network.ports(channels, segments);
        router = new Forwarding(ports, Network.routes(ports), limits, made);
        ports.forEach(port -> forwarders.add(new Forwarder(router, port, 0, alloc, ledger)));
    }

    Forwarder forwarder(int port) {
        return forwarders.get(port);
    }

    @Override
    public List<Out> inject(int port, byte[] packet) {
        return inject(port, packet, metadata -> { });
    }

    /** @param debt says what the packet owes */
    List<Out> inject(int port, byte[] packet, Consumer<PacketMetadata> debt) {
        ByteBuf memory = alloc.directBuffer(packet.length, packet.length);
        PacketBuf buf = memory instanceof PacketBuf slot ? slot.readFrom(ledger) : PacketBuf.build(memory, ledger);
        buf.writeBytes(packet);
        debt.accept(buf.metadata());
        last = forwarders.get(port).forward(buf);
        if (last != DropReason.NONE) {
            assertEquals(1, buf.refCnt(), "the packet still is the caller's");
            buf.drop(last);
        }
        forwarders.get(port).flush();
        return outputs();
    }

    /** What was said of the last packet. */
    DropReason last() {
        return last;
    }

    long dropped(DropReason reason) {
        return ledger.dropped(Direction.INBOUND, reason);
    }

    List<Out> outputs() {
        List<Out> outs = new ArrayList<>();
        for (int port = 0; port < channels.size(); port++) {
            for (ByteBuf out = channels.get(port).readOutbound(); out != null;
                    out = channels.get(port).readOutbound()) {
                outs.add(new Out(port, ByteBufUtil.getBytes(out)));
                assertEquals(1, out.refCnt());
                out.release();
            }
        }
        return outs;
    }

    @Override
    public void close() {
        forget();
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    /** Lets go of what waits, and asserts that nothing leaked. */
    void forget() {
        forwarders.forEach(Forwarder::close);
        assertEquals(0, alloc.alive(), "packets that nobody released");
        assertEquals(alloc.count(NapiCounter.TAKEN), alloc.count(NapiCounter.CONSUMED)
                + alloc.count(NapiCounter.SENT) + alloc.count(NapiCounter.DROPPED));
    }
}
