package org.nettytun.offload;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

class ChecksumCompletionTest {
    @Test
    void finishesWhatTheSenderLeftPartial() {
        for (boolean isIpv6 : new boolean[]{false, true}) {
            for (boolean isTcp : new boolean[]{false, true}) {
                for (int length = 0; length < 70; length++) {
                    PacketBuf packet = Partial.packet(new Segments(isIpv6, isTcp), length);
                    assertEquals(DropReason.NONE, ChecksumCompletion.complete(packet));
                    assertArrayEquals(new Segments(isIpv6, isTcp).next(length), Segments.bytes(packet));
                    assertFalse(packet.metadata().isOwing());
                    packet.release();
                }
            }
        }
    }

    @Test
    void anOuterHeaderStaysOutOfIt() {
        NapiByteBufAllocator slots = new NapiByteBufAllocator(ByteBufAllocator.DEFAULT, 1536, 1 << 20);
        byte[] whole = new Segments(true, true).next(100);
        PacketBuf packet = slots.allocate();
        packet.writeBytes(whole);
        packet.metadata().set(Partial.make(packet));
        packet.push(28).setZero(0, 28);
        assertEquals(28, packet.metadata().start());
        assertEquals(DropReason.NONE, ChecksumCompletion.complete(packet));
        assertArrayEquals(whole, Segments.bytes(packet.skipBytes(28)));
        packet.release();
    }

    @Test
    void aChecksumOfZeroIsWrittenAsItsTwin() {
        PacketBuf packet = Segments.packet(new byte[]{-1, -1, 0, 0, 0, 0, 0, 0});
        packet.metadata().partialChecksum(0, 4);
        assertEquals(DropReason.NONE, ChecksumCompletion.complete(packet));
        assertEquals(0xffff, packet.getUnsignedShort(4));
        packet.release();
    }

    @Test
    void aPacketThatOwesNothingIsLeftAlone() {
        PacketBuf packet = Segments.packet(new byte[8]);
        assertEquals(DropReason.NONE, ChecksumCompletion.complete(packet));
        assertEquals(0, packet.getLong(0));
        packet.release();
    }

    @Test
    void aChecksumOutsideThePacketIsRefused() {
        PacketBuf packet = Segments.packet(new byte[30]);
        for (int start = 0; start <= 30; start++) {
            for (int offset = 0; offset <= 30; offset++) {
                packet.metadata().clear().partialChecksum(start, offset);
                DropReason said = ChecksumCompletion.complete(packet);
                assertEquals(start + offset + 2 > 30 ? KernelDropReason.DEV_HDR : DropReason.NONE, said);
                assertEquals(said != DropReason.NONE, packet.metadata().needsChecksum());
            }
        }
        packet.metadata().partialChecksum(2, 2).start(PacketMetadata.ELSEWHERE);
        assertEquals(KernelDropReason.DEV_HDR, ChecksumCompletion.complete(packet));
        packet.release();
    }
}
