package org.nettytun.routing;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

class RouteTableTest {
    private final RouteTable<String> table = new RouteTable<>();

    @Test
    void anEmptyTableLeadsNowhere() {
        assertNull(table.lookup(0x0a000001));
        assertNull(table.lookup(0, 1));
        assertNull(table.remove(0x0a000000, 8));
        assertEquals(List.of(), routes());
    }

    @ParameterizedTest
    @CsvSource({"11.0.0.1, 0.0.0.0/0", "10.8.0.1, 10.0.0.0/8", "10.7.255.255, 10.7.0.0/16", "10.7.0.9, 10.7.0.9/32",
            "10.7.0.8, 10.7.0.8/31", "10.7.0.10, 10.7.0.0/16", "255.255.255.255, 0.0.0.0/0", "fd08::1, ::/0",
            "fd07::1, fd07::/64", "fd07::9, fd07::9/128", "fd07::8, fd07::8/127", "fd07::a, fd07::/64",
            "fd07:0:0:1::9, fd07::/48", "ffff::, ::/0", "::, ::/0"})
    void theLongestPrefixWins(String address, String expected) {
        put("0.0.0.0/0", "10.0.0.0/8", "10.7.0.0/16", "10.7.0.8/31", "10.7.0.9/32",
                "::/0", "fd07::/48", "fd07::/64", "fd07::8/127", "fd07::9/128");
        assertEquals(expected, table.lookup(address(address)));
    }

    @Test
    void whatIsRemovedUncoversTheShorterPrefix() {
        put("0.0.0.0/0", "10.0.0.0/8", "10.7.0.0/16", "10.7.0.0/24", "10.7.0.9/32");
        for (String each : List.of("10.7.0.9/32", "10.7.0.0/24", "10.7.0.0/16", "10.0.0.0/8", "0.0.0.0/0")) {
            assertEquals(each, table.lookup(0x0a070009));
            assertEquals(each, remove(each));
            assertNull(remove(each));
        }
        assertNull(table.lookup(0x0a070009));
        assertEquals(0, table.ipv4Size());
    }

    /** Not the longest that covers it: this one, or none. */
    @Test
    void aRouteIsFoundByItsPrefix() {
        put("10.0.0.0/8", "10.7.0.0/16", "10.7.0.9/32", "::/0", "fd07::/48", "fd07::9/128");
        for (String each : List.of("10.0.0.0/8", "10.7.0.0/16", "10.7.0.9/32", "::/0", "fd07::/48", "fd07::9/128")) {
            String[] pieces = each.split("/");
            assertEquals(each, table.get(address(pieces[0]), Integer.parseInt(pieces[1])));
        }
        assertNull(table.get(address("0.0.0.0"), 0));
        assertNull(table.get(address("10.7.0.0"), 17));
        assertNull(table.get(address("10.7.0.8"), 32));
        assertNull(table.get(address("fd07::"), 64));
        assertThrows(IllegalArgumentException.class, () -> table.get(address("10.0.0.0"), 33));
    }

    @Test
    void aLongerPrefixStaysWhenTheOneAboveItChanges() {
        put("2001:db8::/32", "2001:db8:1::/48", "2001:db8:1:2::/64");
        assertEquals("2001:db8:1::/48", table.put(address("2001:db8:1::"), 48, "blackhole"));
        assertEquals("2001:db8:1:2::/64", table.lookup(address("2001:db8:1:2::1")));
        assertEquals("blackhole", table.lookup(address("2001:db8:1:3::1")));
        assertEquals("blackhole", remove("2001:db8:1::/48"));
        assertEquals("2001:db8::/32", table.lookup(address("2001:db8:1:3::1")));
    }

    @Test
    void hostBitsDoNotMatter() {
        assertNull(table.put(0x0a070001, 16, "first"));
        assertEquals("first", table.put(0x0a070002, 16, "second"));
        assertEquals("second", table.lookup(0x0a07ffff));
        assertEquals("second", table.remove(0x0a07ffff, 16));
        table.put(-1L, -1L, 65, "half");
        assertEquals("half", table.lookup(-1L, Long.MIN_VALUE));
        assertNull(table.lookup(-1L, Long.MAX_VALUE));
        assertEquals(List.of("ffff:ffff:ffff:ffff:8000:0:0:0/65 half"), routes());
    }

    @Test
    void showsItsRoutesInTheOrderOfAddresses() {
        put("10.7.0.0/24", "0.0.0.0/0", "192.0.2.1/32", "10.0.0.0/8", "10.7.0.0/16", "fe80::/10", "::/0", "fd07::/64",
                "fd07::1/128");
        assertEquals(List.of("0.0.0.0/0 0.0.0.0/0", "10.0.0.0/8 10.0.0.0/8", "10.7.0.0/16 10.7.0.0/16",
                "10.7.0.0/24 10.7.0.0/24", "192.0.2.1/32 192.0.2.1/32", "0:0:0:0:0:0:0:0/0 ::/0",
                "fd07:0:0:0:0:0:0:0/64 fd07::/64", "fd07:0:0:0:0:0:0:1/128 fd07::1/128",
                "fe80:0:0:0:0:0:0:0/10 fe80::/10"), routes());
        assertEquals(5, table.ipv4Size());
        assertEquals(4, table.ipv6Size());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 33})
    void saysWhichLengthsThereAre(int length) {
        String message = assertThrows(IllegalArgumentException.class, () -> table.put(0, length, "any")).getMessage();
        assertEquals("a prefix length must be 0..32: length=" + length, message);
        assertThrows(IllegalArgumentException.class, () -> table.remove(0L, 0L, 4 * length));
        assertThrows(NullPointerException.class, () -> table.put(0, 0, null));
    }

    private void put(String... prefixes) {
        for (String each : prefixes) {
            String[] halves = each.split("/");
            table.put(address(halves[0]), Integer.parseInt(halves[1]), each);
        }
    }

    private String remove(String prefix) {
        String[] halves = prefix.split("/");
        return table.remove(address(halves[0]), Integer.parseInt(halves[1]));
    }

    private List<String> routes() {
        List<String> routes = new ArrayList<>();
        table.forEach((network, length, target) ->
                routes.add(network.getHostAddress() + "/" + length + " " + target));
        return routes;
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(literal, e);
        }
    }
}
