package org.nettytun.examples.demo;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The table's rows, and what becomes of the output of the pings there are. */
class RowTest {
    @ParameterizedTest
    @ValueSource(strings = {
        "PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.\n\n--- 10.0.0.1 ping statistics ---\n"
                + "10 packets transmitted, 9 received, 10% packet loss, time 9ms\n"
                + "rtt min/avg/max/mdev = 0.010/0.020/0.300/0.264 ms",
        "--- 10.0.0.1 ping statistics ---\n10 packets transmitted, 9 packets received, 10% packet loss\n"
                + "round-trip min/avg/max/stddev = 0.010/0.020/0.300/0.264 ms",
        "10 packets transmitted, 9 packets received, 10% packet loss\nround-trip min/avg/max = 0.010/0.020/0.300 ms",
    })
    void pingsOutputIsRead(String text) throws Exception {
        Row row = Ping.parse("ping", new Children.Output(1, text));
        assertEquals(Row.ofPing("ping", 10, 9, new Row.Rtt(0.01, 0.02, 0.3)), row);
        assertEquals(1, row.lost());
        assertFalse(row.isGood());
        assertTrue(row.toString().contains("10.00 %   0.010/0.020/0.300"), row.toString());
    }

    @Test
    void aPingThatCouldNotSaysWhy() {
        DemoFailure failure = assertThrows(DemoFailure.class,
                () -> Ping.parse("ping", new Children.Output(2, "ping: connect: Network is unreachable")));
        assertEquals("ping: ping: connect: Network is unreachable", failure.getMessage());
    }

    @Test
    void nothingThatCameIsNotGood() {
        assertFalse(Row.ofPing("ping", 0, 0, null).isGood());
        assertFalse(Row.ofTransfer("TCP", 0).isGood());
        assertTrue(Row.ofTransfer("TCP", 1.5).isGood());
    }
}
