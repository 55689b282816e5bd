package org.nettytun.linux;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RouteTest {
    @ParameterizedTest
    @CsvSource({
        "10.8.0.0/16,                                        10.8.0.0/16",
        "10.8.1.2/16,                                        10.8.0.0/16",
        "default,                                            0.0.0.0/0",
        "default via 10.7.0.2,                               0.0.0.0/0 via 10.7.0.2",
        "default via fd07::2,                                ::/0 via fd07::2",
        "fd08::/48 via fd07::2 metric 7,                     fd08::/48 via fd07::2 metric 7",
        "10.8.0.0/16 table 1000 via 10.7.0.2 onlink metric 5, 10.8.0.0/16 via 10.7.0.2 metric 5 table 1000 onlink",
        "unreachable 10.9.0.0/16,                            unreachable 10.9.0.0/16",
        "blackhole fd09::/32 metric 4278198272,              blackhole fd09::/32 metric 4278198272",
        "prohibit default table 4294967295,                  prohibit 0.0.0.0/0 table 4294967295",
        "10.8.0.0/16 table 254,                              10.8.0.0/16",
    })
    void readsTheWordsOfIpRouteAndWritesThemBack(String text, String written) {
        Route route = Route.parse(text);

        assertEquals(written, route.toString());
        assertEquals(route, Route.parse(written));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "via 10.7.0.2", "10.8.0.0/16 via", "10.8.0.0/16 via x", "10.8.0.0/16 metric",
        "10.8.0.0/16 metric -1", "10.8.0.0/16 metric 4294967296", "10.8.0.0/16 table 0", "10.8.0.0/16 dev",
        "10.8.0.0/16 metric 1 metric 2", "unreachable", "unreachable 10.8.0.0/16 via 10.7.0.2", "10.8.0.0/33",
        "fd08::/48 via 10.7.0.2", "local 10.8.0.0/16", "10.8.0.0/16 frobnicate"})
    void refusesWhatIsNoRoute(String text) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Route.parse(text));

        assertTrue(e.getMessage().contains("="), "a sentence with its value: " + e.getMessage());
    }

    @Test
    void refusesHostBitsThatAConstructorIsGiven() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () ->
                new Route(IpPrefix.parse("10.8.1.2/16"), null, 0, Route.MAIN, 0, RouteType.UNICAST, false));

        assertTrue(e.getMessage().contains("its network is 10.8.0.0/16"), e.getMessage());
    }

    @Test
    void aRuleRefusesPrefixesOfTheOtherFamily() {
        assertThrows(IllegalArgumentException.class, () -> Rule.table(7, 7, true).from(IpPrefix.parse("fd07::/64")));
        assertThrows(IllegalArgumentException.class, () -> Rule.table(0, 7, true));
    }
}
