package org.nettytun.linux;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class IpPrefixTest {
    @ParameterizedTest
    @CsvSource({
        "10.7.0.1/24,                   10.7.0.1/24,      10.7.0.0/24",
        "10.7.0.1,                      10.7.0.1/32,      10.7.0.1/32",
        "0.0.0.0/0,                     0.0.0.0/0,        0.0.0.0/0",
        "255.255.255.255/1,             255.255.255.255/1, 128.0.0.0/1",
        "fd07::1/64,                    fd07::1/64,       fd07::/64",
        "FD07:0:0:0:0:0:0:1,            fd07::1/128,      fd07::1/128",
        "::/0,                          ::/0,             ::/0",
        "::1,                           ::1/128,          ::1/128",
        "1:0:0:2:0:0:0:3/128,           1:0:0:2::3/128,   1:0:0:2::3/128",
        "1:0:2:3:4:5:6:7/128,           1:0:2:3:4:5:6:7/128, 1:0:2:3:4:5:6:7/128",
        "64:ff9b::10.7.0.1/120,         64:ff9b::a07:1/120, 64:ff9b::a07:0/120",
        "1::/16,                        1::/16,           1::/16",
        "::ffff:10.7.0.1,               10.7.0.1/32,      10.7.0.1/32",
        "::ffff:10.7.0.1/120,           10.7.0.1/24,      10.7.0.0/24",
    })
    void readsKeepsTheHostBitsAndWritesTheShortestForm(String text, String written, String network) {
        IpPrefix prefix = IpPrefix.parse(text);

        assertEquals(written, prefix.toString());
        assertEquals(network, prefix.network().toString());
        assertEquals(prefix, IpPrefix.parse(written));
        assertEquals(prefix.hashCode(), IpPrefix.parse(written).hashCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/24", "10.7.0.1/", "10.7.0.1/33", "10.7.0.1/-1", "10.7.0.1/024", "10.7.0.1/+8",
        "10.7.0/24", "10.7.0.0.1", "10.7.0.256", "999.1.1.1", "010.7.0.1", "10.7.0.1 ", " 10.7.0.1", "10.7.0.1/24/8",
        "localhost", "localhost/8", "a.b.c.d", "1", "::/129", ":", ":::", "1:::2", "1::2::3", "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8:9", "12345::", "g::", "::10.7.0.1.2", "10.7.0.1::", "::ffff:10.7.0.1/24",
        "fd07::1/", ":1", "1:", "0x10.0.0.1", "\u0661.1.1.1"})
    void refusesWhatIsNoPrefixWithTheTextAndAsksNoNameServer(String text) {
        long before = System.nanoTime();
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> IpPrefix.parse(text));

        assertTrue(e.getMessage().endsWith("=" + text) || !text.contains("/") || e.getMessage().contains("address="),
                e.getMessage());
        assertTrue(System.nanoTime() - before < 1_000_000_000L, "took as long as a name server would");
    }

    @Test
    void refusesAZoneAndSaysSo() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> IpPrefix.parse("fe80::1%eth0"));

        assertEquals("an address must be without a zone (%): address=fe80::1%eth0", e.getMessage());
    }

    @Test
    void anEmptyPrefixContainsItsFamilyAndNoOther() throws Exception {
        assertTrue(IpPrefix.parse("0.0.0.0/0").contains(InetAddress.getByName("192.0.2.1")));
        assertFalse(IpPrefix.parse("0.0.0.0/0").contains(InetAddress.getByName("fd07::1")));
        assertFalse(IpPrefix.parse("::/0").contains(InetAddress.getByName("192.0.2.1")));
        assertFalse(IpPrefix.parse("10.7.0.1/32").contains(InetAddress.getByName("10.7.0.0")));
    }

    /** Random addresses of both families at every length, compared with the bits, one by one. */
    @Test
    void networkAndContainsAgreeWithTheBits() throws Exception {
        Random random = new Random(20260707);
        for (int bytes : new int[] {4, 16}) {
            for (int length = 0; length <= bytes * 8; length++) {
                for (int round = 0; round < 20; round++) {
                    byte[] one = new byte[bytes];
                    random.nextBytes(one);
                    byte[] other = one.clone();
                    int flipped = random.nextInt(bytes * 8);
                    other[flipped / 8] ^= (byte) (0x80 >>> flipped % 8);
                    IpPrefix prefix = new IpPrefix(InetAddress.getByAddress(one), length);

                    assertEquals(flipped >= length, prefix.contains(InetAddress.getByAddress(other)),
                            prefix + " and bit " + flipped);
                    assertEquals(prefix, IpPrefix.parse(prefix.toString()));
                    assertEquals(bits(one, length), bits(prefix.network().address().getAddress(), bytes * 8));
                    assertEquals(InetAddress.getByAddress(one), InetAddress.getByName(
                            prefix.toString().substring(0, prefix.toString().indexOf('/'))));
                }
            }
        }
    }

    private static String bits(byte[] address, int kept) {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < address.length * 8; bit++) {
            text.append(bit < kept && (address[bit / 8] & 0x80 >>> bit % 8) != 0 ? '1' : '0');
        }
        return text.toString();
    }
}
