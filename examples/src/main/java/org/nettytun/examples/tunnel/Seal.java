package org.nettytun.examples.tunnel;

import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;
import org.nettytun.stats.TunStats;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals and opens datagrams: AES-256-GCM over the packet, the header authenticated with it, the datagram's number as
 * the nonce. Belongs to one thread, whichever it is, and takes memory from that thread's cache.
 *
 * <p>What comes out is another packet than what went in: that one is released here, on a thread that it does not belong
 * to if this is a worker's.
 */
final class Seal {
    /** Bytes behind the packet. */
    static final int TAG_LENGTH = 16;

    private static final int NONCE_LENGTH = 12;

    private final TunStats inside;
    private final TunStats outside;
    private final Cipher cipher;
    private final SessionKey ours;
    private final SessionKey theirs;
    private final TunnelHeader header = new TunnelHeader();
    private final ByteBuffer nonce = ByteBuffer.allocate(NONCE_LENGTH);

    /**
     * @param lower   whether this end's address sorts first
     * @param inside  where packets from the device are counted when they are dropped
     * @param outside the same of datagrams
     */
    Seal(SealKey key, boolean lower, TunStats inside, TunStats outside) {
        this.inside = inside;
        this.outside = outside;
        this.ours = new SessionKey(key, lower);
        this.theirs = new SessionKey(key, !lower);
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("each Java platform has AES/GCM/NoPadding", e);
        }
    }

    /** @param packet header and packet; taken over. @return header, what is sealed, tag; null if it was dropped */
    PacketBuf seal(PacketBuf packet) {
        return transform(Cipher.ENCRYPT_MODE, ours, packet, inside);
    }

    /** @param datagram header, what is sealed, tag; taken over. @return header and packet; null if it was dropped */
    PacketBuf open(PacketBuf datagram) {
        return transform(Cipher.DECRYPT_MODE, theirs, datagram, outside);
    }

    private PacketBuf transform(int mode, SessionKey key, PacketBuf from, TunStats origin) {
        PacketBuf into = allocate(from.readableBytes() + TAG_LENGTH);
        DropReason bad = into == null ? KernelDropReason.NOMEM
                : transform(mode, key.of(header.wrap(from)), from, into);
        if (bad == DropReason.NONE) {
            key.keep();
            from.consume();
            return into.readFrom(origin);
        }
        if (into != null) {
            into.consume();
        }
        from.drop(bad);
        return null;
    }

    /** From this thread's own cache, to which comes home first what other threads have released. */
    private static PacketBuf allocate(int bytes) {
        NapiByteBufAllocator packets = NapiByteBufAllocator.DEFAULT;
        packets.flushDeferred();
        return bytes <= packets.slotBytes() ? packets.allocate() : packets.allocateLarge();
    }

    private DropReason transform(int mode, SecretKey key, PacketBuf from, PacketBuf into) {
        int length = TunnelHeader.SEALED_LENGTH;
        int rest = from.readableBytes() - length;
        nonce.putInt(Long.BYTES, (int) header.sequence());
        into.writeBytes(from, from.readerIndex(), length);
        try {
            cipher.init(mode, key, new GCMParameterSpec(TAG_LENGTH * Byte.SIZE, nonce.array()));
            cipher.updateAAD(into.nioBuffer(0, length));
            int written = cipher.doFinal(from.nioBuffer(from.readerIndex() + length, rest),
                    into.nioBuffer(length, into.capacity() - length));
            into.writerIndex(length + written);
            return DropReason.NONE;
        } catch (AEADBadTagException e) {
            return TunnelDropReason.BAD_SEAL;   // also if it is shorter than a tag
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a slot takes what is sealed: bytes=" + rest + ", slot=" + into.capacity(),
                    e);
        }
    }

    /** The key of the session that was last. */
    private static final class SessionKey {
        private final SealKey secret;
        private final boolean lower;
        private Known asked;
        private Known kept;

        SessionKey(SealKey secret, boolean lower) {
            this.secret = secret;
            this.lower = lower;
        }

        SecretKey of(TunnelHeader header) {
            asked = kept != null && kept.isOf(header) ? kept : new Known(header.session(), header.epoch(),
                    secret.of(lower, header.session(), header.epoch()));
            return asked.key;
        }

        /** Until then it is one that anybody may have made up, and the one before stays. */
        void keep() {
            kept = asked;
        }

        private record Known(int session, long epoch, SecretKey key) {
            boolean isOf(TunnelHeader header) {
                return header.session() == session && header.epoch() == epoch;
            }
        }
    }
}
