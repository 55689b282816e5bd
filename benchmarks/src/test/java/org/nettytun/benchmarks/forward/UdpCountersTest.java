package org.nettytun.benchmarks.forward;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class UdpCountersTest {
    @Test
    void countsEachDatagramThatArrivedOnce() throws IOException {
        UdpCounters counters = UdpCounters.parse(List.of("Ip: Forwarding DefaultTTL", "Ip: 2 64",
                "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti"
                        + " MemErrors", "Udp: 100 2 30 7 29 0 1 0 0", "UdpLite: InDatagrams", "UdpLite: 5"));
        assertEquals(new UdpCounters(100, 2, 30), counters);
        assertEquals(132, counters.arrived());
    }

    @Test
    void anotherFileIsRefused() {
        assertEquals("/proc/net/snmp: expected two lines of Udp: []",
                assertThrows(IOException.class, () -> UdpCounters.parse(List.of("Ip: 1"))).getMessage());
        assertThrows(IOException.class, () -> UdpCounters.parse(List.of("Udp: InDatagrams", "Udp: 1")));
    }
}
