package org.nettytun.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.offload.Partial;
import org.nettytun.offload.Segments;
import org.nettytun.offload.SuperPackets;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.Term;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Each way of deriving a buffer from a packet that owes a checksum or a split, written to a queue that takes debts and
 * to one that does not. What shows the whole packet arrives as the packet would; what shows other bytes is completed or
 * refused.
 */
class OffloadViewsTest extends PairTest {
    private static final int PREFIX = 20;
    private static final int SIZE = 1000;

    private final BlockingQueue<PacketMetadata> debts = new LinkedBlockingQueue<>();
    private final Recorder recorder = new Recorder((context, packet) -> debts.add(
            new PacketMetadata().set(packet.metadata())));

    /** How the written buffer comes from the packet, whose reference goes with it. */
    private enum View {
        ITSELF(Shows.WHOLE, packet -> packet),
        DUPLICATE(Shows.WHOLE, ByteBuf::duplicate),
        RETAINED_DUPLICATE(Shows.WHOLE, released(ByteBuf::retainedDuplicate)),
        SLICE(Shows.WHOLE, ByteBuf::slice),
        RETAINED_SLICE(Shows.WHOLE, released(ByteBuf::retainedSlice)),
        READ_SLICE(Shows.WHOLE, packet -> packet.readSlice(packet.readableBytes())),
        READ_RETAINED_SLICE(Shows.WHOLE, released(packet -> packet.readRetainedSlice(packet.readableBytes()))),
        READ_ONLY(Shows.WHOLE, ByteBuf::asReadOnly),
        COPY(Shows.WHOLE, released(ByteBuf::copy)),
        SLICE_OF_DUPLICATE(Shows.WHOLE, packet -> packet.duplicate().slice()),
        DUPLICATE_OF_SLICE(Shows.WHOLE, packet -> packet.slice().duplicate()),
        READER_MOVED_ON(Shows.PART, packet -> packet.skipBytes(PREFIX)),
        SLICE_OF_END(Shows.PART, packet -> packet.slice(packet.readerIndex() + PREFIX,
                packet.readableBytes() - PREFIX)),
        RETAINED_SLICE_OF_END(Shows.PART, released(packet -> packet.retainedSlice(packet.readerIndex() + PREFIX,
                packet.readableBytes() - PREFIX))),
        COPY_OF_END(Shows.PART, released(packet -> packet.copy(packet.readerIndex() + PREFIX,
                packet.readableBytes() - PREFIX))),
        COMPOSITE(Shows.PART, packet -> Unpooled.compositeBuffer()
                .addComponents(true, packet.readRetainedSlice(40), packet)),
        PUSHED(Shows.MORE, packet -> {
            PacketBuf pushed = ((PacketBuf) packet).push(PREFIX);
            pushed.setZero(pushed.readerIndex(), PREFIX).setByte(pushed.readerIndex(), 0x45);
            return pushed;
        }),
        DUPLICATE_OF_PUSHED(Shows.MORE, packet -> PUSHED.derive.apply(packet).duplicate()),
        SLICE_OF_PUSHED(Shows.MORE, packet -> PUSHED.derive.apply(packet).slice());

        private final Shows shows;
        private final UnaryOperator<ByteBuf> derive;

        View(Shows shows, UnaryOperator<ByteBuf> derive) {
            this.shows = shows;
            this.derive = derive;
        }

        private static UnaryOperator<ByteBuf> released(UnaryOperator<ByteBuf> retaining) {
            return packet -> {
                ByteBuf made = retaining.apply(packet);
                packet.release();
                return made;
            };
        }
    }

    private enum Shows { WHOLE, PART, MORE }

    private TunChannel sender(boolean takes) throws Exception {
        Set<TunOffload> offloads = takes ? TunOffload.ALL_SUPPORTED : Set.of();
        bootstrap(recorder).option(TunChannelOption.TUN_OFFLOADS, offloads).bind(pair.second()).sync();
        return (TunChannel) bootstrap(new Recorder()).option(TunChannelOption.TUN_OFFLOADS, offloads)
                .bind(pair.first()).sync().channel();
    }

    /** @param shared somebody else keeps the packet, too, and must not see it change */
    private static ChannelFuture write(TunChannel sender, PacketBuf packet, View view, boolean shared)
            throws InterruptedException {
        ByteBuf kept = shared ? packet.retainedDuplicate() : null;
        byte[] before = Segments.bytes(packet);
        ChannelFuture write = sender.writeAndFlush(view.derive.apply(packet)).await();
        if (shared) {
            assertArrayEquals(before, Segments.bytes(kept), "it was changed");
            assertTrue(kept.release());
        }
        return write;
    }

    private static boolean canShare(View view) {
        return view.shows != Shows.MORE;
    }

    private void expect(List<byte[]> packets, boolean owing) throws InterruptedException {
        for (byte[] expected : packets) {
            assertArrayEquals(expected, recorder.awaitPacket());
            assertEquals(owing, debts.take().isOwing());
        }
        assertEquals(0, recorder.packets.size());
    }

    @ParameterizedTest
    @EnumSource
    void aChecksumOwedToAQueueThatTakesIt(View view) throws Exception {
        owedChecksum(view, sender(true), true);
    }

    @ParameterizedTest
    @EnumSource
    void aChecksumOwedToAQueueThatDoesNot(View view) throws Exception {
        owedChecksum(view, sender(false), false);
    }

    private void owedChecksum(View view, TunChannel sender, boolean takes) throws Exception {
        for (int i = 0; i < (canShare(view) ? 2 : 1); i++) {
            PacketBuf packet = Partial.inSlot(Partial.packet(new Segments(true, true), 500));
            byte[] owing = Segments.bytes(packet);
            byte[] finished = new Segments(true, true).next(500);
            ChannelFuture write = write(sender, packet, view, i > 0);
            if (view.shows == Shows.PART) {
                refused(write);
                continue;
            }
            assertTrue(write.isSuccess(), () -> String.valueOf(write.cause()));
            byte[] whole = recorder.awaitPacket();
            PacketMetadata debt = debts.take();
            assertEquals(takes && view.shows == Shows.WHOLE, debt.isOwing());
            byte[] came = view.shows == Shows.MORE ? Arrays.copyOfRange(whole, PREFIX, whole.length) : whole;
            assertArrayEquals(debt.isOwing() ? owing : finished, came);
            assertTrue(!debt.isOwing() || debt.checksumStart() == 40 && debt.checksumOffset() == 16);
        }
        assertEquals(0, recorder.packets.size());
    }

    @ParameterizedTest
    @EnumSource
    void aSplitOwedToAQueueThatTakesIt(View view) throws Exception {
        owedSplit(view, sender(true), true);
    }

    @ParameterizedTest
    @EnumSource
    void aSplitOwedToAQueueThatDoesNot(View view) throws Exception {
        owedSplit(view, sender(false), false);
    }

    private void owedSplit(View view, TunChannel sender, boolean takes) throws Exception {
        for (int i = 0; i < (canShare(view) ? 2 : 1); i++) {
            PacketBuf packet = Partial.inSlot(Partial.superPacket(new Segments(false, true), 9 * SIZE + 1, SIZE));
            List<byte[]> whole = new ArrayList<>(List.of(Segments.bytes(packet)));
            List<byte[]> segments = SuperPackets.split(packet);
            ChannelFuture write = write(sender, packet, view, i > 0);
            if (view.shows == Shows.WHOLE) {
                assertTrue(write.isSuccess(), () -> String.valueOf(write.cause()));
                expect(takes ? whole : segments, takes);
            } else {
                refused(write);
            }
        }
        long sent = view.shows == Shows.WHOLE ? canShare(view) ? 2 : 1 : 0;
        assertEquals(takes ? sent : 0, sender.stats().packets(Term.SUPER_SENT));
        assertEquals(takes ? 10 * sent : 0, sender.stats().packets(Term.SEGMENTS_SENT));
        assertEquals(takes ? 0 : 10 * sent, sender.stats().packets(Term.SEGMENTS));
        assertEquals(0, recorder.packets.size());
    }

    private static void refused(ChannelFuture write) {
        assertFalse(write.isSuccess());
        assertEquals(KernelDropReason.DEV_HDR,
                assertInstanceOf(PacketRefusedException.class, write.cause()).reason());
    }
}
