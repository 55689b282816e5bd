package org.nettytun.offload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
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
                    byte[] whole = new Segments(isIpv6, isTcp).next(length);
                    ByteBuf packet = Unpooled.buffer().writeZero(5).writeBytes(whole).readerIndex(5);
                    PacketMetadata metadata = Partial.make(packet);
                    assertEquals(DropReason.NONE, ChecksumCompletion.complete(packet, metadata));
                    assertArrayEquals(whole, Segments.bytes(packet));
                    assertFalse(metadata.isOwing());
                }
            }
        }
    }

    @Test
    void aChecksumOfZeroIsWrittenAsItsTwin() {
        ByteBuf packet = Unpooled.buffer().writeZero(8).setShort(0, 0xffff);
        assertEquals(DropReason.NONE, ChecksumCompletion.complete(packet, new PacketMetadata().partialChecksum(0, 4)));
        assertEquals(0xffff, packet.getUnsignedShort(4));
    }

    @Test
    void aPacketThatOwesNothingIsLeftAlone() {
        ByteBuf packet = Unpooled.buffer().writeZero(8);
        assertEquals(DropReason.NONE, ChecksumCompletion.complete(packet, new PacketMetadata()));
        assertEquals(0, packet.getLong(0));
    }

    @Test
    void aChecksumOutsideThePacketIsRefused() {
        byte[] bytes = new byte[30];
        for (int start = 0; start <= 30; start++) {
            for (int offset = 0; offset <= 30; offset++) {
                PacketMetadata metadata = new PacketMetadata().partialChecksum(start, offset);
                DropReason said = ChecksumCompletion.complete(Unpooled.wrappedBuffer(bytes), metadata);
                assertEquals(start + offset + 2 > 30 ? KernelDropReason.DEV_HDR : DropReason.NONE, said);
                assertEquals(said != DropReason.NONE, metadata.needsChecksum());
            }
        }
    }
}
