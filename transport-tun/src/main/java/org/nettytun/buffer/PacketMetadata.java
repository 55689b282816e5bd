package org.nettytun.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;

/**
 * What a packet still owes, a checksum or a split, and the queue it came from: {@code sk_buff}'s GSO and checksum
 * fields. Belongs to a {@link PacketBuf}, and like that to one thread at a time.
 *
 * <p>It belongs to the packet start at which it was set: see {@link #start()}. All other offsets count from there.
 *
 * @see <a href="https://elixir.bootlin.com/linux/v6.12/source/include/uapi/linux/virtio_net.h">virtio_net_hdr, v6.12</a>
 */
public final class PacketMetadata {
    /** A {@link #start()} for a buffer that shows bytes of a packet, but not where it starts; or nobody can tell. */
    public static final int ELSEWHERE = -1;

    private static final PacketMetadata PLAIN = new PacketMetadata();

    private GsoType gsoType = GsoType.NONE;
    private boolean ecn;
    private boolean needsChecksum;
    private boolean dataValid;
    private int gsoSize;
    private int headerLength;
    private int checksumStart;
    private int checksumOffset;
    private int start;
    private int queue;

    /** Of a plain packet. */
    public PacketMetadata() {
        // nothing is owed
    }

    /** Nothing is owed: checksums are finished, it is one packet. */
    public PacketMetadata clear() {
        return set(PLAIN);
    }

    /** Takes over all of it. */
    public PacketMetadata set(PacketMetadata other) {
        gsoType = other.gsoType;
        ecn = other.ecn;
        needsChecksum = other.needsChecksum;
        dataValid = other.dataValid;
        gsoSize = other.gsoSize;
        headerLength = other.headerLength;
        checksumStart = other.checksumStart;
        checksumOffset = other.checksumOffset;
        start = other.start;
        queue = other.queue;
        return this;
    }

    /**
     * Becomes what {@code view} inherits: if it shows bytes of a packet that owes something, then that, and where in
     * the view that packet starts; else plain.
     */
    PacketMetadata inherit(ByteBuf view) {
        for (ByteBuf at = view; at != null; at = at.unwrap()) {
            if (at instanceof PacketBuf packet) {
                set(packet.metadata());
                return isOwing() ? start(startIn(view, packet)) : start(0);
            }
            if (at instanceof CompositeByteBuf pieces) {
                return inheritFromPieces(pieces);
            }
        }
        return clear();
    }

    private PacketMetadata inheritFromPieces(CompositeByteBuf pieces) {
        for (int i = 0; i < pieces.numComponents(); i++) {
            if (inherit(pieces.internalComponent(i)).isOwing()) {
                return start(ELSEWHERE);
            }
        }
        return clear();
    }

    private static int startIn(ByteBuf view, PacketBuf packet) {
        int start = packet.metadata().start();
        if (isWhole(view, packet)) {
            return start;
        }
        if (start < 0 || !view.hasMemoryAddress() || !packet.hasMemoryAddress()) {
            return ELSEWHERE;
        }
        long inView = packet.memoryAddress() + start - view.memoryAddress();
        return inView < 0 || inView > view.capacity() ? ELSEWHERE : (int) inView;
    }

    /** A slice of the full size begins at 0. */
    private static boolean isWhole(ByteBuf view, PacketBuf packet) {
        for (ByteBuf at = view; at != packet; at = at.unwrap()) {
            if (at.capacity() != packet.capacity()) {
                return false;
            }
        }
        return true;
    }

    /** Whether it cannot be sent as it is: it owes a checksum or a split. */
    public boolean isOwing() {
        return needsChecksum || gsoType != GsoType.NONE;
    }

    /** What it is to be split into. */
    public GsoType gsoType() {
        return gsoType;
    }

    /** Of TCP: CWR is set, which only the first segment may keep. */
    public boolean ecn() {
        return ecn;
    }

    /** Bytes of payload in each segment but the last. */
    public int gsoSize() {
        return gsoSize;
    }

    /** Bytes of all headers, as whoever made it says: a hint, not to be trusted. */
    public int headerLength() {
        return headerLength;
    }

    /** NEEDS_CSUM: the sum from {@link #checksumStart()} to the end goes to {@link #checksumOffset()}. */
    public boolean needsChecksum() {
        return needsChecksum;
    }

    /** DATA_VALID: somebody has verified the checksum. */
    public boolean dataValid() {
        return dataValid;
    }

    /** Where the sum starts, the transport header; bytes from {@link #start()}. */
    public int checksumStart() {
        return checksumStart;
    }

    /** Where the checksum is, holding the pseudo-header's sum meanwhile; bytes from {@link #checksumStart()}. */
    public int checksumOffset() {
        return checksumOffset;
    }

    /**
     * Index in its {@link PacketBuf} of the first byte of the packet that owes; {@link #ELSEWHERE} if that is not in
     * the buffer. Another index than the reader's, and it cannot be sent so.
     */
    public int start() {
        return start;
    }

    /** The queue it was read from, from 0. */
    public int queue() {
        return queue;
    }

    /** It owes a split. */
    public PacketMetadata gso(GsoType type, boolean withEcn, int size, int headers) {
        gsoType = type;
        ecn = withEcn;
        gsoSize = size;
        headerLength = headers;
        return this;
    }

    /** It owes a checksum. */
    public PacketMetadata partialChecksum(int sumFrom, int offset) {
        needsChecksum = true;
        checksumStart = sumFrom;
        checksumOffset = offset;
        return this;
    }

    /** It owes no checksum any more. */
    public PacketMetadata checksumDone() {
        needsChecksum = false;
        return this;
    }

    /** Sets whether somebody has verified the checksum. */
    public PacketMetadata dataValid(boolean valid) {
        dataValid = valid;
        return this;
    }

    /** Sets the index of the packet's first byte. */
    public PacketMetadata start(int index) {
        start = index;
        return this;
    }

    /** Sets the queue it was read from. */
    public PacketMetadata queue(int index) {
        queue = index;
        return this;
    }
}
