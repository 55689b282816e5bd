package org.nettytun.channel;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Ordinary packets between two hosts. */
class BridgeTest extends TwoHosts {
    private static final int MEGABYTES = 4;

    @ParameterizedTest
    @CsvSource({"10.9.0.1, 10.9.0.2", "10.9.0.2, 10.9.0.1", "fd09::1, fd09::2", "fd09::2, fd09::1"})
    void bulkTcp(String client, String server) throws Exception {
        join();
        transfer(client, server, MEGABYTES);
    }

    @ParameterizedTest
    @CsvSource({"10.9.0.1, 10.9.0.2, INET", "fd09::2, fd09::1, INET6"})
    void datagramsThereAndBack(String client, String server, StandardProtocolFamily family) throws Exception {
        join();
        InetSocketAddress there = new InetSocketAddress(InetAddress.getByName(server), PORT);
        try (DatagramChannel answering = in(server, () -> DatagramChannel.open(family));
                DatagramChannel asking = in(client, () -> DatagramChannel.open(family))) {
            answering.bind(there);
            asking.bind(new InetSocketAddress(InetAddress.getByName(client), PORT)).connect(there);
            for (int i = 0; i < 100; i++) {
                asking.write(ByteBuffer.allocate(4).putInt(0, i));
                ByteBuffer buffer = ByteBuffer.allocate(100);
                InetSocketAddress from = (InetSocketAddress) answering.receive(buffer);
                answering.send(buffer.flip(), from);
                ByteBuffer answer = ByteBuffer.allocate(100);
                asking.read(answer);
                assertEquals(i, answer.getInt(0));
            }
        }
    }
}
