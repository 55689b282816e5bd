package org.nettytun.examples.tunnel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that both ends share. It seals nothing itself: each session has a key made from it, and each direction its
 * own. Any thread.
 */
final class SealKey {
    private static final int LENGTH = 32;
    private static final String MAC = "HmacSHA256";
    private static final byte[] PURPOSE = "nettytun tunnel, type 0x92".getBytes(StandardCharsets.US_ASCII);

    private final SecretKeySpec secret;

    SealKey(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a key must have " + LENGTH + " bytes: bytes=" + bytes.length);
        }
        secret = new SecretKeySpec(bytes, MAC);
    }

    /**
     * Reads 64 hexadecimal digits, blanks around them allowed.
     *
     * @throws IllegalArgumentException with a sentence, which does not tell what was read
     */
    static SealKey read(Path file) {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read: " + e, e);
        }
        if (!text.matches("\\p{XDigit}{" + 2 * LENGTH + "}")) {
            throw new IllegalArgumentException("must hold " + 2 * LENGTH + " hexadecimal digits, as `openssl rand -hex "
                    + LENGTH + "` prints them: characters=" + text.length());
        }
        return new SealKey(HexFormat.of().parseHex(text));
    }

    /**
     * The AES-256 key of one session of one sender: a single block of HKDF-Expand. Source: RFC 5869, section 2.3.
     *
     * @param lower whether the sender is the end whose address sorts first: a datagram that is sent back to its sender
     *              does not authenticate there
     */
    SecretKey of(boolean lower, int session, long epoch) {
        ByteBuffer info = ByteBuffer.allocate(PURPOSE.length + 12).put(PURPOSE).put((byte) (lower ? 0 : 1))
                .putShort((short) session).putLong(epoch).put((byte) 1);
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(secret);
            return new SecretKeySpec(mac.doFinal(info.array()), "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("each Java platform has " + MAC, e);
        }
    }
}
