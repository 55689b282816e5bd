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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class Ipv4OptionsTest {
    private static final int AT = 3;
    private static final int OURS = 0x0a0700fe;
    private static final int RECEIVER = 0x0a0701fe;
    private static final int MILLIS = 0x01020304;
    private final Ipv4Header ip = new Ipv4Header();
    private final Ipv4Options options = new Ipv4Options();

    @Test
    void readsCapturedOptionsAndWritesTheNextSlot() {
        ByteBuf buf = Captured.at(AT, Captured.ECHO_V4_WITH_OPTIONS);
        assertEquals(DropReason.NONE, check(buf));
        assertFalse(options.isSourceRouted());
        update();
        assertEquals(Captured.ECHO_V4_WITH_OPTIONS.substring(40, 120).replace("072708", "07270c")
                .replace("0a070001" + "00000000", "0a0700010a0700fe"), Captured.hex(buf, AT + 20, 40));
        assertEquals(DropReason.NONE, ip.check(73), "the checksum was repaired");

        buf = Captured.at(AT, Captured.TIMESTAMPS_V4);
        assertEquals(DropReason.NONE, check(buf));
        update();
        assertEquals("442415010a07000104547666" + "0a0701fe01020304" + "00".repeat(16), Captured.hex(buf, AT + 20, 36));
        assertEquals(DropReason.NONE, ip.check(69));
    }

    /** Options padded to 4 bytes; {@code at} counts from the start of the header, as a Parameter Problem does. */
    @ParameterizedTest
    @CsvSource({
        "01010101, NONE, -1",
        "00ffffff, NONE, -1",
        "07030400, NONE, -1",
        "070704 00000000 00, NONE, -1",
        "070708 00000000 00, NONE, -1",
        "07060400 00000000, IP_INHDR, 22",
        "07020000, IP_INHDR, 21",
        "07070300 00000000, IP_INHDR, 22",
        "07030407 030400, IP_INHDR, 23",
        "44040500, NONE, -1",
        "4404f500, NONE, -1",
        "440405f0, IP_INHDR, 23",
        "440405e0, NONE, -1",
        "44030500, IP_INHDR, 21",
        "44080400 00000000, IP_INHDR, 22",
        "44080600 00000000, IP_INHDR, 22",
        "44080501 00000000, IP_INHDR, 22",
        "44080503 00000000, IP_INHDR, 22",
        "44080502 00000000, NONE, -1",
        "44040500 44040500, IP_INHDR, 24",
        "94040000, NONE, -1",
        "94030000, IP_INHDR, 21",
        "83020000, IP_INHDR, 21",
        "83030300, IP_INHDR, 22",
        "83030489 03040000, IP_INHDR, 23",
        "1e040000, NONE, -1",
        "1e010000, IP_INHDR, 20",
        "1e050000, IP_INHDR, 20",
        "0101011e, IP_INHDR, 23",
    })
    void findsTheByteThatIsWrong(String hex, String reason, int at) {
        assertEquals(reason, check(packet(hex.replace(" ", ""))).name());
        assertEquals(at < 0 ? -1 : AT + at, options.problemAt());
    }

    @Test
    void knowsSourceRoutes() {
        check(packet("83030400"));
        assertTrue(options.isSourceRouted());
        check(packet("0189070400000000"));
        assertTrue(options.isSourceRouted());
        check(packet("94040000"));
        assertFalse(options.isSourceRouted());
    }

    @ParameterizedTest
    @CsvSource({
        "07030400, 07030400",
        "070704 00000000 00, 070708 0a0700fe 00",
        "070708 01020304 00, 070708 01020304 00",
        "44080500 00000000, 44080900 01020304",
        "440c0501 00000000 00000000, 440c0d01 0a0701fe 01020304",
        "440c0503 0a0700fe 00000000, 440c0d03 0a0700fe 01020304",
        "440c0503 0a070001 00000000, 440c0503 0a070001 00000000",
        "44080502 00000000, 44080502 00000000",
        "440405e1, 440405f1",
        "94040000, 94040000",
        "0100ff01, 01000000",
    })
    void updatesWhatRoutersUpdate(String hex, String updated) {
        ByteBuf buf = packet(hex.replace(" ", ""));
        check(buf);
        update();
        assertEquals(updated.replace(" ", ""), Captured.hex(buf, AT + 20, updated.replace(" ", "").length() / 2));
        assertEquals(DropReason.NONE, ip.check(ip.totalLength()));
    }

    @Test
    void anEchoIsUpdatedTwiceButOverflowsOnce() {
        ByteBuf buf = packet("070b0400000000000000004404050001");
        check(buf);
        update();
        update();
        assertEquals("070b0c0a0700fe0a0700fe" + "4404051001", Captured.hex(buf, AT + 20, 16));
        ByteBuf filled = packet("4408050000000000");
        check(filled);
        update();
        update();
        assertEquals("4408090001020304", Captured.hex(filled, AT + 20, 8), "it was filled, which is no overflow");
    }

    @ParameterizedTest
    @CsvSource({
        "94040000, ''",
        "01070704 00000000, 07070400 00000000",
        "44040500 07030400, 07030444 04050000",
        "44040500 07030400 44040500, 07030444 04050000",
        "44040500 07030300, 44040500",
    })
    void answersTakeOverRoutesAndTimes(String hex, String copied) {
        check(packet(hex.replace(" ", "")));
        ByteBuf to = Captured.blank(AT + 41);
        int length = options.copyForReply(to, AT);
        assertEquals(copied.replace(" ", ""), Captured.hex(to, AT, length));
        assertEquals("a5", Captured.hex(to, AT + length, 1));
    }

    @Test
    void laterFragmentsKeepWhatHasTheCopyBit() {
        ByteBuf buf = packet("07070400000000" + "94040000" + "01" + "1e04ffff");
        Ipv4Options.keepCopied(ip.wrap(buf, AT), buf);
        assertEquals("01010101010101" + "94040000" + "01" + "01010101", Captured.hex(buf, AT + 20, 16));
        buf = packet("01000707");
        Ipv4Options.keepCopied(ip.wrap(buf, AT), buf);
        assertEquals("01000707", Captured.hex(buf, AT + 20, 4), "nothing behind the end is an option");
    }

    @Test
    void refusesEveryCut() {
        String whole = "07070400000000" + "440c050100000000" + "00000000" + "1e04ffff" + "94040000";
        for (int length = 1; length < whole.length() / 2; length++) {
            String cut = whole.substring(0, 2 * length);
            boolean boundary = length == 7 || length == 19 || length == 23;
            ByteBuf buf = packet(cut + "01".repeat(Math.floorMod(-length, 4)));
            if (length % 4 == 0) {   // else padding makes it another option
                assertEquals(boundary ? DropReason.NONE : KernelDropReason.IP_INHDR, check(buf), "length=" + length);
            }
        }
        assertEquals(DropReason.NONE, check(packet(whole + "01")));
    }

    /** Whatever the options say: the walk ends, and what it accepts can be updated, copied and fragmented. */
    @Test
    void anyBytesAreSafe() {
        Random random = new Random(21);
        ByteBuf to = Captured.blank(40);
        int[] kinds = {0, 1, 7, 68, 131, 137, 148, 30};
        int accepted = 0;
        for (int i = 0; i < 500_000; i++) {
            byte[] bytes = new byte[4 * (1 + random.nextInt(10))];
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = (byte) (random.nextInt(3) == 0 ? kinds[random.nextInt(8)] : random.nextInt(12));
            }
            ByteBuf buf = packet(ByteBufUtil.hexDump(bytes));
            if (check(buf) == DropReason.NONE) {
                accepted++;
                options.update(ip, OURS, RECEIVER, MILLIS, address -> random.nextBoolean());
                assertEquals(DropReason.NONE, ip.check(ip.totalLength()));
                assertEquals(0, options.copyForReply(to, 0) % 4);
                Ipv4Options.keepCopied(ip, buf);
                assertEquals(DropReason.NONE, check(buf));
            }
            assertEquals("a5a5a5a5", Captured.hex(buf, ip.payloadAt(), 4));
        }
        assertTrue(accepted > 10_000, "accepted " + accepted);
    }

    private void update() {
        options.update(ip, OURS, RECEIVER, MILLIS, address -> address == OURS);
    }

    private DropReason check(ByteBuf buf) {
        return options.check(ip.wrap(buf, AT), buf);
    }

    /** A header with these options, and four bytes of payload that nobody may touch. */
    private ByteBuf packet(String options) {
        int length = 20 + options.length() / 2;
        ByteBuf buf = Captured.blank(AT + length + 4).setBytes(AT + 20, ByteBufUtil.decodeHexDump(options));
        ip.wrap(buf, AT).write(length + 4, IpProtocol.UDP, 1, 2).lengths(length, length + 4).updateChecksum();
        return buf;
    }
}
