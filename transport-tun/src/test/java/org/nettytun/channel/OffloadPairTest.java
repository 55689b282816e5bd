package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.buffer.PacketVector;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.TestIo;
import org.nettytun.offload.Partial;
import org.nettytun.offload.Segments;
import org.nettytun.offload.SuperPackets;
import org.nettytun.offload.VirtioNetHeader;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;

import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What no kernel sends, and a queue that is full in the midst of it all: a pair does both. */
class OffloadPairTest extends PairTest {
    private static final Set<TunOffload> ALL = TunOffload.ALL_SUPPORTED;

    private TunChannel open(TunAddress address, Recorder recorder, Set<TunOffload> offloads, boolean reads)
            throws InterruptedException {
        return (TunChannel) bootstrap(recorder).option(TunChannelOption.TUN_OFFLOADS, offloads)
                .option(ChannelOption.AUTO_READ, reads)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(1000, 2000))
                .bind(address).sync().channel();
    }

    @Test
    void optionsThatCannotBe() {
        TunChannelConfig config = new TunChannel().config();
        for (Set<TunOffload> wrong : List.of(EnumSet.of(TunOffload.TSO4), EnumSet.of(TunOffload.USO),
                EnumSet.of(TunOffload.CSUM, TunOffload.TSO_ECN))) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> config.setOption(TunChannelOption.TUN_OFFLOADS, wrong)).getMessage();
            assertTrue(message.startsWith("TUN_OFFLOADS must contain "), message);
        }
        assertTrue(config.setOption(TunChannelOption.TUN_OFFLOADS, Set.of()));
    }

    private static byte[] header(int flags, int type, int headerLength, int size, int start, int offset) {
        ByteBuf header = Unpooled.buffer(VirtioNetHeader.LENGTH).writeByte(flags).writeByte(type)
                .writeShortLE(headerLength).writeShortLE(size).writeShortLE(start).writeShortLE(offset);
        return header.array();
    }

    private static byte[] behind(byte[] header, byte[] packet) {
        byte[] both = Arrays.copyOf(header, header.length + packet.length);
        System.arraycopy(packet, 0, both, header.length, packet.length);
        return both;
    }

    @Test
    void malformedHeadersAreDroppedByName() throws Exception {
        Recorder recorder = new Recorder();
        TunChannel receiver = open(pair.first(), recorder, ALL, true);
        int fd = pair.second().descriptor();
        byte[] packet = new Segments(false, true).next(100);
        byte[] good = behind(header(0, 0, 0, 0, 0, 0), packet);
        Map<DropReason, Integer> expected = new HashMap<>();
        List<byte[]> wrong = new ArrayList<>();
        for (int length = 1; length <= VirtioNetHeader.LENGTH; length++) {
            wrong.add(Arrays.copyOf(good, length));   // no packet at all
        }
        wrong.add(behind(header(0, 2, 0, 100, 0, 0), packet));       // no such type
        wrong.add(behind(header(0, 3, 0, 100, 0, 0), packet));       // UFO
        wrong.add(behind(header(1, 0x7f, 0, 100, 20, 16), packet));
        wrong.add(behind(header(0, 1, packet.length + 1, 100, 0, 0), packet));
        wrong.add(behind(header(1, 0, 0, 0, packet.length - 17, 16), packet));
        wrong.add(behind(header(1, 0, 0, 0, 0xffff, 0xffff), packet));
        expected.put(KernelDropReason.DEV_HDR, wrong.size());
        wrong.add(behind(header(1, 1, 40, 0, 20, 16), packet));      // no size
        wrong.add(behind(header(1, 4, 40, 0xffff, 20, 16), packet));
        expected.put(KernelDropReason.SKB_BAD_GSO, 2);
        Random random = new Random(3);
        for (byte[] each : wrong) {
            assertEquals(each.length, TestIo.write(fd, each));
        }
        assertEquals(good.length, TestIo.write(fd, good));
        assertArrayEquals(packet, recorder.awaitPacket());
        for (Map.Entry<DropReason, Integer> each : expected.entrySet()) {
            assertEquals((long) each.getValue(), receiver.stats().dropped(Direction.INBOUND, each.getKey()),
                    receiver.stats()::toString);
        }
        assertEquals(wrong.size(), receiver.stats().packets(Term.DROPPED_BEFORE));
        for (int i = 0; i < 2000; i++) {   // anything at all
            byte[] junk = new byte[1 + random.nextInt(80)];
            random.nextBytes(junk);
            assertEquals(junk.length, TestIo.write(fd, junk));
            if (i % 50 == 0) {
                assertEquals(good.length, TestIo.write(fd, good));
                while (!Arrays.equals(packet, recorder.awaitPacket())) {
                    continue;
                }
            }
        }
        assertEquals(0, recorder.failures.size());
        TestIo.shut(fd);
        assertTrue(receiver.closeFuture().await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    /** Metadata that are nonsense, whoever set them, end as a refusal and never as an exception of another kind. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void debtsThatAreNonsense(boolean takes) throws Exception {
        TunChannel sender = open(pair.first(), new Recorder(), takes ? ALL : Set.of(), true);
        open(pair.second(), new Recorder(), takes ? ALL : Set.of(), true);
        Random random = new Random(4);
        for (int i = 0; i < 500; i++) {
            PacketBuf packet = Partial.superPacket(new Segments(random.nextBoolean(), random.nextBoolean()),
                    1 + random.nextInt(5000), random.nextInt(4) == 0 ? 0 : random.nextInt(2000));
            packet.metadata().partialChecksum(random.nextInt(0x10000), random.nextInt(0x10000))
                    .start(random.nextInt(4) - 1);
            packet.setByte(random.nextInt(packet.readableBytes()), random.nextInt());
            ChannelFuture write = sender.writeAndFlush(packet).await();
            if (!write.isSuccess()) {
                assertInstanceOf(PacketRefusedException.class, write.cause());
            }
        }
    }

    /** Two flows, and between them what cannot be merged. */
    private static List<byte[]> mixed(int count) {
        Segments tcp = new Segments(false, true);
        Segments udp = new Segments(true, false);
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            packets.add(tcp.next(1400));
            packets.add(udp.next(1200));
            if (i % 5 == 4) {
                packets.add(Packets.ipv4(60, i));
            }
        }
        return packets;
    }

    /** What arrives, super-packets split, by flow. */
    private static Map<Integer, List<String>> byFlow(List<byte[]> packets) {
        Map<Integer, List<String>> flows = new HashMap<>();
        for (byte[] packet : packets) {
            int flow = packet[0] >>> 4 == 6 ? 60 : packet[9];
            flows.computeIfAbsent(flow, any -> new ArrayList<>()).add(Arrays.toString(packet));
        }
        return flows;
    }

    /** The receiver does not read until the sender's queue is full, several times over. */
    @Test
    void aQueueThatIsFullInTheMidst() throws Exception {
        List<byte[]> arrived = new ArrayList<>();
        Recorder recorder = new Recorder((context, packet) -> {
            synchronized (arrived) {
                arrived.addAll(SuperPackets.split(packet));
            }
        });
        TunChannel receiver = open(pair.second(), recorder, ALL, false);
        TunChannel sender = open(pair.first(), new Recorder(), ALL, true);
        List<byte[]> sent = mixed(700);
        List<ChannelFuture> writes = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            writes.add(sender.write(Segments.packet(sent.get(i))));
        }
        sender.flush();
        sender.eventLoop().submit(() -> { }).sync();
        assertFalse(sender.isWritable());
        assertFalse(writes.get(writes.size() - 1).isDone());
        receiver.config().setAutoRead(true);
        for (ChannelFuture write : writes) {
            assertTrue(write.await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS) && write.isSuccess());
        }
        assertEquals(sent.size(), sender.stats().packets(Term.SENT));
        assertTrue(sender.stats().packets(Term.MERGED) > 1000, sender.stats()::toString);
        assertEquals(0, sender.stats().packets(Term.PENDING));
        assertTrue(sender.isWritable());
        Eventually.await(() -> {
            synchronized (arrived) {
                return arrived.size() == sent.size();
            }
        }, () -> arrived.size() + " of " + sent.size());
        assertEquals(byFlow(sent), byFlow(arrived));
    }

    /** A side without offloads splits; its queue is full between two segments. */
    @Test
    void aQueueThatIsFullInTheMidstOfASplit() throws Exception {
        Recorder recorder = new Recorder();
        TunChannel receiver = open(pair.second(), recorder, Set.of(), false);
        TunChannel sender = open(pair.first(), new Recorder(), Set.of(), true);
        List<byte[]> segments = new ArrayList<>();
        List<ChannelFuture> writes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            PacketBuf whole = Partial.superPacket(new Segments(i % 2 == 0, i % 3 == 0), 50_000, 1300);
            segments.addAll(SuperPackets.split(whole));
            writes.add(sender.write(whole));
        }
        sender.flush();
        sender.eventLoop().submit(() -> { }).sync();
        assertFalse(writes.get(19).isDone());
        receiver.config().setAutoRead(true);
        for (byte[] expected : segments) {
            assertArrayEquals(expected, recorder.awaitPacket());
        }
        for (ChannelFuture write : writes) {
            assertTrue(write.await().isSuccess());
        }
        assertEquals(20, sender.stats().packets(Term.SPLIT));
        assertEquals(segments.size(), sender.stats().packets(Term.SEGMENTS));
    }

    /** Closed while the queue is full: each promise ends, that of what was sent well, even behind what was not. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closedInTheMidst(boolean byPeer) throws Exception {
        TunChannel receiver = open(pair.second(), new Recorder(), ALL, false);
        TunChannel sender = open(pair.first(), new Recorder(), ALL, false);
        List<ChannelFuture> writes = new ArrayList<>();
        for (byte[] packet : mixed(700)) {
            writes.add(sender.write(Segments.packet(packet)));
        }
        sender.flush();
        receiver.writeAndFlush(Segments.packet(new Segments(false, true).next(10))).sync();
        (byPeer ? receiver : sender).close().sync();
        for (ChannelFuture write : writes) {
            assertTrue(write.await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
        assertEquals(writes.size(), sender.stats().packets(Term.ACCEPTED));
        assertEquals(sender.stats().packets(Term.SENT), writes.stream().filter(ChannelFuture::isSuccess).count());
        assertTrue(sender.stats().balance(Direction.OUTBOUND).isEven(), sender.stats()::toString);
        sender.close().sync();
    }

    /** The last of a flush goes with the first, and the queue is full in between when the channel is closed. */
    @Test
    void whatWasSentSucceedsBehindWhatWasNot() throws Exception {
        open(pair.second(), new Recorder(), ALL, false);
        TunChannel sender = open(pair.first(), new Recorder(), ALL, false);
        Segments flow = new Segments(false, true);
        List<ChannelFuture> writes = new ArrayList<>();
        writes.add(sender.write(Segments.packet(flow.next(100))));
        for (int i = 0; i < 60; i++) {
            writes.add(sender.write(Segments.packet(Packets.ipv4(20_000, i))));
        }
        ChannelFuture last = sender.write(Segments.packet(flow.next(100)));
        writes.add(last);
        sender.flush();
        sender.eventLoop().submit(() -> assertFalse(last.isDone())).sync();
        sender.close().sync();
        assertTrue(last.await().isSuccess(), () -> String.valueOf(last.cause()));
        assertEquals(2, sender.stats().packets(Term.MERGED));
        for (ChannelFuture write : writes) {
            assertTrue(write.await().isSuccess() || write.cause() instanceof ClosedChannelException,
                    () -> String.valueOf(write.cause()));
        }
        long sent = writes.stream().filter(ChannelFuture::isSuccess).count();
        assertEquals(sender.stats().packets(Term.SENT), sent);
        assertEquals(sender.stats().packets(Term.PURGED), writes.size() - sent);
    }

    @Test
    void anEmptyPacketAndAMalformedOneAmongThoseMergedFailAlone() throws Exception {
        Recorder recorder = new Recorder();
        open(pair.second(), recorder, ALL, true);
        TunChannel sender = open(pair.first(), new Recorder(), ALL, true);
        Segments flow = new Segments(false, true);
        PacketBuf wrong = Partial.packet(new Segments(true, true), 10);
        wrong.metadata().start(PacketMetadata.ELSEWHERE);
        List<ChannelFuture> writes = sender.eventLoop().submit(() -> {
            List<ChannelFuture> written = new ArrayList<>();
            written.add(sender.write(Segments.packet(flow.next(100))));
            written.add(sender.write(Unpooled.directBuffer()));
            written.add(sender.write(wrong));
            written.add(sender.write(Segments.packet(flow.next(100))));
            written.add(sender.write(Segments.packet(new Segments(false, true).next(100))));
            assertTrue(written.get(3).cancel(false));
            sender.flush();
            return written;
        }).get();
        ChannelFuture first = writes.get(0);
        ChannelFuture empty = writes.get(1);
        ChannelFuture malformed = writes.get(2);
        ChannelFuture last = writes.get(4);
        assertTrue(first.await().isSuccess() && last.await().isSuccess());
        assertEquals(KernelDropReason.PKT_TOO_SMALL,
                assertInstanceOf(PacketRefusedException.class, empty.await().cause()).reason());
        assertEquals(KernelDropReason.DEV_HDR,
                assertInstanceOf(PacketRefusedException.class, malformed.await().cause()).reason());
        assertEquals(2, sender.stats().packets(Term.SENT));
        assertEquals(2, sender.stats().packets(Term.REFUSED));
        assertEquals(1, sender.stats().packets(Term.PURGED));
    }

    @Test
    void vectorsAreMergedAcrossTheirEnds() throws Exception {
        Recorder recorder = new Recorder();
        open(pair.second(), recorder, ALL, true);
        TunChannel sender = open(pair.first(), new Recorder(), ALL, true);
        Segments flow = new Segments(true, true);
        List<ChannelFuture> writes = new ArrayList<>();
        for (int vector = 0; vector < 3; vector++) {
            PacketVector packets = PacketVector.allocate();
            for (int i = 0; i < 10; i++) {
                packets.add(Segments.packet(flow.next(1000)));
            }
            writes.add(sender.write(packets));
        }
        PacketVector withEmpty = PacketVector.allocate().add(PacketBuf.build(Unpooled.directBuffer(1), sender.stats()))
                .add(Segments.packet(flow.next(1000)));
        ChannelFuture failed = sender.write(withEmpty);
        sender.flush();
        for (ChannelFuture write : writes) {
            assertTrue(write.await().isSuccess());
        }
        assertInstanceOf(PacketRefusedException.class, failed.await().cause());
        assertEquals(31, sender.stats().packets(Term.SENT));
        assertEquals(31, sender.stats().packets(Term.MERGED));
        assertEquals(1, sender.stats().packets(Term.SUPER_SENT));
        assertEquals(60 + 31 * 1000, recorder.awaitPacket().length);
    }
}
