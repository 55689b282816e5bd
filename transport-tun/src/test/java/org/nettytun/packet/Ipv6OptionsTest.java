package org.nettytun.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;

class Ipv6OptionsTest {
    private static final int AT = 3;
    private final Ipv6Options options = new Ipv6Options();

    @Test
    void readsCapturedHeadersOfBothKinds() {
        ByteBuf buf = Captured.at(AT, Captured.OPTIONS_V6);
        assertEquals(8, Ipv6Options.length(buf, AT + 40));
        assertEquals(DropReason.NONE, options.check(buf, AT + 40, 29, false));
        assertEquals(DropReason.NONE, options.check(buf, AT + 48, 21, false));
        assertEquals(-1, options.problemAt());
    }

    /** Behind next header and length; {@code at} is the index of the option whose sender wants to be told. */
    @ParameterizedTest
    @CsvSource({
        "010400000000, false, NONE, -1",
        "01020000 0000, false, NONE, -1",
        "0101 00 010100, false, NONE, -1",
        "01050000000000 3e00 000000000000, true, IP_INHDR, -1",
        "000000000000, false, NONE, -1",
        "0502 0000 0100, false, NONE, -1",
        "0503 000000 00, false, IP_INHDR, -1",
        "0503 0000 0000 0000000000000000, false, IP_INHDR, -1",
        "0104 00000001, false, IP_INHDR, -1",
        "0105 00000000, false, IP_INHDR, -1",
        "00000000000000 0100 00 00000000, false, IP_INHDR, -1",
        "0000000000 01, false, IP_INHDR, -1",
        "3e04 01020304, false, NONE, -1",
        "7e04 01020304, false, IP_INHDR, -1",
        "be04 01020304, false, IP_INHDR, 5",
        "be04 01020304, true, IP_INHDR, 5",
        "fe04 01020304, false, IP_INHDR, 5",
        "fe04 01020304, true, IP_INHDR, -1",
        "3e00 be02 0102, false, IP_INHDR, 7",
        "be05 01020304, false, IP_INHDR, -1",
        "3e00 3e00 3e00 3e00 3e00 3e00 3e00, false, NONE, -1",
        "3e00 3e00 3e00 3e00 3e00 3e00 3e00 3e00 010400000000, false, NONE, -1",
        "3e00 3e00 3e00 3e00 3e00 3e00 3e00 3e00 3e00 01020000, false, IP_INHDR, -1",
    })
    void doesWithEachOptionWhatItsTypeSays(String hex, boolean multicast, String reason, int at) {
        ByteBuf buf = header(hex.replace(" ", ""));
        assertEquals(reason, options.check(buf, AT, buf.capacity() - AT, multicast).name());
        assertEquals(at, options.problemAt());
    }

    @Test
    void refusesEveryCut() {
        ByteBuf buf = header("3e0c" + "ab".repeat(12));
        for (int length = 0; length < 16; length++) {
            assertEquals(KernelDropReason.PKT_TOO_SMALL, options.check(buf.copy(0, AT + length), AT, length, false));
        }
        assertEquals(DropReason.NONE, options.check(buf, AT, 16, false));
    }

    /** The slow reference reads the RFC's rules one after the other, from a byte array. */
    @Test
    void agreesWithTheSlowReference() {
        Random random = new Random(12);
        byte[] bytes = new byte[24];
        for (int i = 0; i < 300_000; i++) {
            random.nextBytes(bytes);
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = random.nextInt(3) == 0 ? bytes[j] : (byte) random.nextInt(4);
            }
            bytes[1] = 2;
            boolean multicast = random.nextBoolean();
            DropReason answer = options.check(Captured.blank(24).setBytes(0, bytes), 0, 24, multicast);
            String said = answer == DropReason.NONE ? "skip" : options.problemAt() < 0 ? "drop"
                    : "tell " + options.problemAt();
            assertEquals(slow(bytes, multicast), said, () -> ByteBufUtil.hexDump(bytes));
        }
    }

    private static String slow(byte[] bytes, boolean multicast) {
        int padding = 0;
        int count = 0;
        int at = 2;
        while (at < bytes.length) {
            int type = bytes[at] & 0xff;
            if (type == 0) {
                if (++padding > 7) {
                    return "drop";
                }
                at++;
                continue;
            }
            if (at + 1 == bytes.length || at + 2 + (bytes[at + 1] & 0xff) > bytes.length) {
                return "drop";
            }
            int value = bytes[at + 1] & 0xff;
            if (type == 1) {
                padding += 2 + value;
                for (int i = 0; i < value; i++) {
                    padding += bytes[at + 2 + i] == 0 ? 0 : 8;
                }
                if (padding > 7) {
                    return "drop";
                }
            } else {
                padding = 0;
                if (++count > 8 || type == 5 && value != 2 || type >= 64 && type < 128
                        || type >= 192 && multicast) {
                    return "drop";
                }
                if (type >= 128) {
                    return "tell " + at;
                }
            }
            at += 2 + value;
        }
        return "skip";
    }

    private static ByteBuf header(String hex) {
        String padded = hex + "00".repeat(Math.floorMod(-2 - hex.length() / 2, 8));
        return Captured.at(AT, "3c" + String.format("%02x", padded.length() / 16) + padded);
    }
}
