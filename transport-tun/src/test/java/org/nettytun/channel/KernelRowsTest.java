package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.linux.Errno;
import org.nettytun.linux.LinkStatistics;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.Term;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Each {@link KernelRow} that a channel can meet, provoked: what we count, and what the interface does. */
class KernelRowsTest extends DeviceTest {
    static final List<KernelRow> MET = Arrays.stream(KernelRow.values()).filter(row -> row.whyNot == null).toList();
    private static final int LENGTH = 60;

    private TunChannel tun;

    @ParameterizedTest
    @FieldSource("MET")
    void eachRowHasItsReasonAndItsCounter(KernelRow row) throws Exception {
        LinkStatistics before = provoke(row);
        if (row.reason == DropReason.NONE) {
            assertEquals(0, tun.stats().dropped(row.direction), tun.stats()::toString);
        } else {
            Eventually.await(() -> tun.stats().dropped(row.direction, row.reason) == 1, tun.stats()::toString);
            assertEquals(1, tun.stats().dropped(row.direction), tun.stats()::toString);
        }
        if (!tun.isOpen()) {
            assertEquals("none", row.kernelCounter, "the interface is gone, and its counters with it");
            return;
        }
        LinkStatistics after = tun.linkStatistics().orElseThrow();
        assertEquals(IpLink.statistics(netns, "tun0"), after, "rtnetlink and ip agree");
        for (Counter counter : Counter.values()) {
            long moved = counter.of.applyAsLong(after) - counter.of.applyAsLong(before);
            assertEquals(counter.name().equalsIgnoreCase(row.kernelCounter), moved > 0, () -> counter + ": " + moved);
        }
        List<String> different = IpLink.differences(tun.stats(), after, after.rxDropped());
        assertEquals(List.of(), different);
    }

    private enum Counter {
        RX_PACKETS(LinkStatistics::rxPackets), RX_DROPPED(LinkStatistics::rxDropped),
        TX_PACKETS(LinkStatistics::txPackets), TX_DROPPED(LinkStatistics::txDropped);

        private final ToLongFunction<LinkStatistics> of;

        Counter(ToLongFunction<LinkStatistics> of) {
            this.of = of;
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachRowCanBeMetOrSaysWhyNot(KernelRow row) {
        assertTrue(row.whyNot == null ? MET.contains(row) : row.whyNot.length() >= 5 && row.reason == null,
                row::toString);
    }

    /** Writes 0 to 19, reads 0 to 12, and 1 to 7 into the queue: none is left out. */
    @Test
    void noRowIsMissing() {
        List<String> names = Arrays.stream(KernelRow.values()).map(Enum::name).filter(name -> !name.contains("_"))
                .toList();
        assertEquals(20 + 13 + 7, names.size());
        for (int i = 0; i < 20; i++) {
            assertTrue(names.contains("W" + i) && (i > 12 || names.contains("R" + i))
                    && (i == 0 || i > 7 || names.contains("X" + i)));
        }
    }

    /** Returns the interface's counters before it happened. */
    private LinkStatistics provoke(KernelRow row) throws Exception {
        return switch (row) {
            case W0 -> gone(() -> write(Packets.ipv4(LENGTH, 1)));
            case W8 -> refused(fiveMegabytes(), Errno.ENOBUFS);
            case W12 -> refused(new byte[] {(byte) 0xff, 1, 2, 3}, Errno.EINVAL);
            case W12_EMPTY -> refused(new byte[0], 0);
            case W16 -> {
                open(quiet(bootstrap(new Recorder())));
                netns.ip("link", "set", "tun0", "down");
                yield refusal(Packets.ipv4(LENGTH, 1), Errno.EIO);
            }
            case W19 -> {
                LinkStatistics before = open(quiet(bootstrap(new Recorder())));
                write(Packets.ipv4(LENGTH, 1)).sync();
                yield before;
            }
            case R0 -> gone(() -> null);
            case R2, R12 -> {
                Recorder recorder = new Recorder();
                LinkStatistics before = open(quiet(bootstrap(recorder)));
                if (row == KernelRow.R12) {
                    kernelSends(netns, LENGTH);
                    assertEquals(LENGTH, recorder.awaitPacket().length);
                }
                yield before;
            }
            case R10 -> truncated();
            case R12_NOMEM -> withoutMemory();
            case X1 -> nobodyReads();
            case X7 -> full();
            default -> throw new AssertionError(row + " has no provocation");
        };
    }

    private LinkStatistics open(Bootstrap bootstrap) {
        tun = bind(bootstrap);
        return tun.linkStatistics().orElseThrow();
    }

    /** No IPv6, so that the kernel sends nothing of its own. */
    private Bootstrap quiet(Bootstrap bootstrap) {
        netns.exec("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
        return bootstrap.option(TunChannelOption.TUN_ADDRESSES, List.of("10.7.0.1/24"));
    }

    private ChannelFuture write(byte[] packet) {
        return tun.writeAndFlush(Unpooled.wrappedBuffer(packet));
    }

    private static byte[] fiveMegabytes() {
        byte[] packet = new byte[5_000_000];
        packet[0] = 0x45;
        return packet;
    }

    private LinkStatistics refused(byte[] packet, int errno) throws InterruptedException {
        open(quiet(bootstrap(new Recorder())));
        return refusal(packet, errno);
    }

    private LinkStatistics refusal(byte[] packet, int errno) throws InterruptedException {
        LinkStatistics before = tun.linkStatistics().orElseThrow();
        assertEquals(errno, assertInstanceOf(PacketRefusedException.class, write(packet).await().cause()).errno());
        assertEquals(1, tun.stats().packets(Term.REFUSED));
        return before;
    }

    /** Deleted on the loop, so that epoll cannot tell before {@code then} is done. */
    private LinkStatistics gone(Supplier<ChannelFuture> then) throws InterruptedException {
        LinkStatistics before = open(quiet(bootstrap(new Recorder())));
        ChannelFuture write = tun.eventLoop().submit(() -> {
            netns.ip("link", "del", "tun0");
            return then.get();
        }).sync().getNow();
        assertTrue(tun.closeFuture().await(Recorder.PATIENCE_SECONDS * 1000L));
        if (write != null) {
            assertInstanceOf(TunGoneException.class, write.await().cause());
        }
        return before;
    }

    /** Within a batch: the MTU is raised and a longer packet sent before the channel can hear of it. */
    private LinkStatistics truncated() throws Exception {
        BiConsumer<ChannelHandlerContext, PacketBuf> raise = (context, packet) -> {
            netns.ip("link", "set", "tun0", "mtu", "3000");
            try {
                kernelSends(netns, 2500);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };
        LinkStatistics before = open(quiet(bootstrap(new Recorder(raise))));
        kernelSends(netns, LENGTH);
        Eventually.await(() -> tun.stats().packets(Term.DROPPED_BEFORE) == 1, tun.stats()::toString);
        return before;
    }

    private LinkStatistics withoutMemory() throws Exception {
        LinkStatistics before = open(quiet(bootstrap(new Recorder()))
                .option(ChannelOption.ALLOCATOR, new PooledByteBufAllocator(true) {
                    @Override
                    public ByteBuf ioBuffer(int capacity) {
                        throw new OutOfMemoryError("planted");
                    }
                }));
        kernelSends(netns, LENGTH);
        Eventually.await(() -> tun.stats().packets(Term.DROPPED_BEFORE) == 1, tun.stats()::toString);
        assertEquals(LENGTH, tun.stats().bytes(Term.DROPPED_BEFORE));
        return before;
    }

    /** A device that is there before we are. */
    private LinkStatistics nobodyReads() throws Exception {
        Bootstrap bootstrap = quiet(bootstrap(new Recorder()));
        netns.ip("tuntap", "add", "mode", "tun", "name", "tun0");
        netns.ip("link", "set", "tun0", "up");
        netns.ip("addr", "add", "10.7.0.1/24", "dev", "tun0");
        LinkStatistics before = IpLink.statistics(netns, "tun0");
        for (int i = 0; i < 3; i++) {
            kernelSends(netns, LENGTH);
        }
        open(bootstrap);
        assertEquals(3, tun.linkStatistics().orElseThrow().txDropped());
        return before;
    }

    /** The kernel's {@code FULL_RING}: it has no more room for us than the queue length, and we do not read. */
    private LinkStatistics full() throws Exception {
        LinkStatistics before = open(quiet(bootstrap(new Recorder())).option(ChannelOption.AUTO_READ, false)
                .option(TunChannelOption.TUN_TX_QUEUE_LENGTH, 5));
        for (int i = 0; i < 20; i++) {
            kernelSends(netns, LENGTH);
        }
        assertEquals(15, tun.linkStatistics().orElseThrow().txDropped());
        assertEquals(0, tun.stats().packets(Direction.INBOUND));
        assertFalse(tun.config().isAutoRead());
        return before;
    }
}
