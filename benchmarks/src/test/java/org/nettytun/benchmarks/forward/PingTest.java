package org.nettytun.benchmarks.forward;

import org.junit.jupiter.api.Test;

import java.io.IOException;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What ping of iputils 20221126 prints. */
class PingTest {
    private static final String PRINTED = """
            PING 10.81.2.1 (10.81.2.1) 56(84) bytes of data.
            64 bytes from 10.81.2.1: icmp_seq=1 ttl=63 time=12.3 ms
            64 bytes from 10.81.2.1: icmp_seq=3 ttl=63 time=0.038 ms
            64 bytes from 10.81.2.1: icmp_seq=4 ttl=63 time=1.25 ms

            --- 10.81.2.1 ping statistics ---
            4 packets transmitted, 3 received, 25% packet loss, time 3ms
            rtt min/avg/max/mdev = 0.038/4.529/12.300/5.520 ms
            """;

    @Test
    void readsEachRoundTripInMicrosecondsTheShortestFirst() throws IOException {
        Ping.Echoes echoes = Ping.parse(PRINTED);
        assertEquals(4, echoes.sent());
        assertEquals(3, echoes.received());
        assertArrayEquals(new double[] {38, 1250, 12_300}, echoes.micros(), 1e-9);
        assertEquals(1250, Metric.P50.of(echoes.micros()), 1e-9);
        assertEquals(12_300, Metric.P999.of(echoes.micros()), 100);
    }

    @Test
    void readsThatNothingCameBack() throws IOException {
        Ping.Echoes echoes = Ping.parse("""
                PING 10.81.2.1 (10.81.2.1) 56(84) bytes of data.

                --- 10.81.2.1 ping statistics ---
                2 packets transmitted, 0 received, 100% packet loss, time 1ms
                """);
        assertEquals(2, echoes.sent());
        assertEquals(0, echoes.received());
        assertEquals(0, echoes.micros().length);
    }

    @Test
    void passesOnWhatPingComplainsOf() {
        assertTrue(assertThrows(IOException.class, () -> Ping.parse("ping: connect: Network is unreachable"))
                .getMessage().contains("Network is unreachable"));
    }
}
