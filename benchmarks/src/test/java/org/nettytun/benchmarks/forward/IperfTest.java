package org.nettytun.benchmarks.forward;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What iperf3 3.12 printed. */
class IperfTest {
    @Test
    void sumsUpTheStreamsOfTcpAsTheReceiverGotThem() throws IOException {
        Iperf.Transfer transfer = Iperf.parse(resource("tcp.json"));
        assertEquals(1499463680L, transfer.receivedBytes());
        assertEquals(1517289472L, transfer.sentBytes());
        assertEquals(11877810295.011713, transfer.bitsPerSecond());
    }

    @Test
    void tellsDatagramsThatArrivedFromThoseThatWereSent() throws IOException {
        Iperf.Transfer transfer = Iperf.parse(resource("udp.json"));
        assertEquals(788_100L * 1400, transfer.sentBytes());
        assertEquals((786_894L - 641_999) * 1400, transfer.receivedBytes());
        assertEquals(2.000021, transfer.seconds());
    }

    @Test
    void passesOnWhatIperfComplainsOf() {
        IOException refused = assertThrows(IOException.class, () -> Iperf.parse("""
                {"start": {"connected": []}, "end": {},
                "error": "unable to connect to server: Connection refused"}"""));
        assertEquals("iperf3: unable to connect to server: Connection refused", refused.getMessage());
    }

    @Test
    void saysWhatItExpectedInsteadOfJsonAndInsteadOfOldSums() {
        assertTrue(assertThrows(IOException.class, () -> Iperf.parse("iperf3: not found")).getMessage()
                .contains("expected JSON: iperf3: not found"));
        assertTrue(assertThrows(IOException.class, () -> Iperf.parse("{\"end\": {\"sum\": {}}}")).getMessage()
                .contains("expected sum_sent and sum_received"));
        assertTrue(assertThrows(IOException.class, () -> Iperf.parse("{\"start\": {}}")).getMessage()
                .contains("expected sum_sent and sum_received"));
    }

    private static String resource(String name) throws IOException {
        try (InputStream file = IperfTest.class.getResourceAsStream(name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
