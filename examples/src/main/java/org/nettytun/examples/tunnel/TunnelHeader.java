package org.nettytun.examples.tunnel;

import io.netty.buffer.ByteBuf;
import org.nettytun.stats.DropReason;

/**
 * What stands between the UDP header and the packet, seen in place. Belongs to one thread, which wraps it again for
 * each datagram.
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |     Type      |     Flow      |            Session            |  0
 * |                           Sequence                            |  4
 * |                     Epoch, if it is sealed                    |  8
 * |                                                               | 12
 * </pre>
 * The type is the magic number as well: no IP packet starts like that. Datagrams of one flow have one flow number, and
 * who deals them out to several threads by it leaves them in order. The session, in a sealed tunnel together with the
 * epoch, tells one life of the sender from the next; its datagrams are numbered from 0 on.
 */
final class TunnelHeader {
    /** Of a datagram that holds the packet as it is. */
    static final int PLAIN = 0x91;
    /** Of one that holds it encrypted, with the tag behind it. */
    static final int SEALED = 0x92;
    /** Bytes, if it is plain. */
    static final int PLAIN_LENGTH = 8;
    /** Bytes, if it is sealed. */
    static final int SEALED_LENGTH = 16;

    private static final int TYPE = 0;
    private static final int FLOW = 1;
    private static final int SESSION = 2;
    private static final int SEQUENCE = 4;
    private static final int EPOCH = 8;

    private ByteBuf buf;
    private int at;

    /** Bytes of a tunnel's headers. */
    static int length(boolean sealed) {
        return sealed ? SEALED_LENGTH : PLAIN_LENGTH;
    }

    /** Points this view at the header that begins at the reader index. Reads nothing. */
    TunnelHeader wrap(ByteBuf datagram) {
        this.buf = datagram;
        this.at = datagram.readerIndex();
        return this;
    }

    /** Says what is wrong, or {@link DropReason#NONE}: then the getters read within the datagram. */
    DropReason check(boolean sealed) {
        boolean whole = buf.writerIndex() - at >= length(sealed);
        return whole && type() == (sealed ? SEALED : PLAIN) ? DropReason.NONE : TunnelDropReason.BAD_HEADER;
    }

    int type() {
        return buf.getUnsignedByte(at + TYPE);
    }

    /** 0 to 255. */
    int flow() {
        return buf.getUnsignedByte(at + FLOW);
    }

    /** 16 bits, random. */
    int session() {
        return buf.getUnsignedShort(at + SESSION);
    }

    /** 0 to 2^32 - 1; the next one belongs to the next session. */
    long sequence() {
        return buf.getUnsignedInt(at + SEQUENCE);
    }

    /** Greater for a later session, unsigned; 0 if it is plain. */
    long epoch() {
        return type() == SEALED ? buf.getLong(at + EPOCH) : 0;
    }

    /** Writes all of it. */
    void write(boolean sealed, int flow, int session, int sequence, long epoch) {
        buf.setByte(at + TYPE, sealed ? SEALED : PLAIN);
        buf.setByte(at + FLOW, flow);
        buf.setShort(at + SESSION, session);
        buf.setInt(at + SEQUENCE, sequence);
        if (sealed) {
            buf.setLong(at + EPOCH, epoch);
        }
    }
}
