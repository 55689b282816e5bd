package org.nettytun.offload;

import io.netty.buffer.ByteBuf;
import org.nettytun.buffer.GsoType;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.buffer.PacketMetadata;
import org.nettytun.packet.InternetChecksum;
import org.nettytun.stats.DropReason;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Makes packets that owe something, as the kernel would. */
public final class Partial {
    private Partial() {
    }

    /** Puts the pseudo-header's sum where the checksum was. */
    public static PacketMetadata make(ByteBuf packet) {
        Headers headers = new Headers();
        assertEquals(DropReason.NONE, headers.find(packet, packet.readerIndex(), packet.readableBytes()));
        packet.setShort(headers.transportAt + headers.checksumOffset(),
                ~InternetChecksum.fold(headers.pseudoHeader(headers.transportLength())));
        return new PacketMetadata().start(packet.readerIndex())
                .partialChecksum(headers.transportAt - headers.at, headers.checksumOffset());
    }

    /** The next packet of {@code flow}, owing its checksum. */
    public static PacketBuf packet(Segments flow, int payload) {
        PacketBuf packet = Segments.packet(flow.next(payload));
        packet.metadata().set(make(packet));
        return packet;
    }

    /** The next packet of {@code flow}, owing its checksum and a split. */
    public static PacketBuf superPacket(Segments flow, int payload, int size) {
        PacketBuf packet = packet(flow, payload);
        packet.metadata().gso(flow.isTcp ? flow.isIpv6 ? GsoType.TCP6 : GsoType.TCP4 : GsoType.UDP_L4, false, size,
                flow.headerLength());
        return packet;
    }

    /** In a slot, with headroom, as one that was read; {@code made} is gone. */
    public static PacketBuf inSlot(PacketBuf made) {
        PacketBuf slot = NapiByteBufAllocator.DEFAULT.allocateLarge();
        slot.writeBytes(made, made.readerIndex(), made.readableBytes());
        slot.metadata().set(made.metadata());
        made.release();
        return slot;
    }
}
