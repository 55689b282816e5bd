package org.nettytun.examples.ip;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.linux.IpPrefix;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

class PrefixTableTest {
    @Test
    void anEmptyTableLeadsNowhere() throws Exception {
        PrefixTable<String> table = new PrefixTable<>();
        assertNull(table.lookup(0x0a000001));
        assertNull(table.lookup(InetAddress.getByName("fd07::1")));
    }

    @Test
    void theLongestPrefixWins() throws Exception {
        PrefixTable<String> table = table("0.0.0.0/0", "10.0.0.0/8", "10.7.0.0/16", "10.7.0.9/32", "::/0", "fd07::/64",
                "fd07::9/128");
        Map<String, String> expected = Map.of("11.0.0.1", "0.0.0.0/0", "10.8.0.1", "10.0.0.0/8", "10.7.255.255",
                "10.7.0.0/16", "10.7.0.9", "10.7.0.9/32", "fd08::1", "::/0", "fd07::1", "fd07::/64",
                "fd07::9", "fd07::9/128", "fd07:0:0:1::9", "::/0");
        for (Map.Entry<String, String> each : expected.entrySet()) {
            assertEquals(each.getValue(), table.lookup(InetAddress.getByName(each.getKey())), each.getKey());
        }
    }

    @Test
    void theLaterValueOfAPrefixReplacesTheEarlier() {
        PrefixTable<String> table = new PrefixTable<>();
        table.put(IpPrefix.parse("10.7.0.1/16"), "first");
        table.put(IpPrefix.parse("10.7.0.2/16"), "second");
        assertEquals("second", table.lookup(0x0a070003));
    }

    /** Prefixes crowd around few addresses, so that they nest, fork and fall together. */
    @ParameterizedTest
    @ValueSource(ints = {4, 16})
    void agreesWithALinearScan(int bytes) throws Exception {
        Random random = new Random(bytes);
        for (int round = 0; round < 200; round++) {
            PrefixTable<IpPrefix> table = new PrefixTable<>();
            Map<IpPrefix, IpPrefix> all = new HashMap<>();
            for (int i = random.nextInt(60); i >= 0; i--) {
                IpPrefix prefix = new IpPrefix(address(random, bytes), random.nextInt(bytes * 8 + 1)).network();
                table.put(prefix, prefix);
                all.put(prefix, prefix);
            }
            for (int i = 0; i < 100; i++) {
                InetAddress address = address(random, bytes);
                assertEquals(scan(all, address), table.lookup(address), () -> address + " among " + all.keySet());
            }
        }
    }

    private static IpPrefix scan(Map<IpPrefix, IpPrefix> all, InetAddress address) {
        IpPrefix best = null;
        for (IpPrefix each : all.keySet()) {
            if (each.contains(address) && (best == null || each.length() > best.length())) {
                best = each;
            }
        }
        return best;
    }

    private static InetAddress address(Random random, int bytes) throws UnknownHostException {
        byte[] address = new byte[bytes];
        for (int flips = random.nextInt(4); flips > 0; flips--) {
            address[random.nextInt(bytes)] ^= (byte) (1 << random.nextInt(8));
        }
        return InetAddress.getByAddress(address);
    }

    private static PrefixTable<String> table(String... prefixes) {
        PrefixTable<String> table = new PrefixTable<>();
        List.of(prefixes).forEach(each -> table.put(IpPrefix.parse(each), each));
        return table;
    }
}
