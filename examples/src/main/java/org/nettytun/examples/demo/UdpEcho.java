package org.nettytun.examples.demo;

import org.nettytun.examples.Stop;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What measures loss and round trips where there is no {@code ping}: numbered datagrams that are sent back. Its sockets
 * are opened in the namespaces, and used from here.
 */
final class UdpEcho {
    private static final int TIMEOUT_MILLIS = 1000;
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private UdpEcho() {
    }

    static Row run(Stop stop, Site from, Site to, String what, InetAddress address, int count) throws Exception {
        DatagramChannel.open().close();   // whatever Java starts for the first channel starts here, not there
        try (DatagramChannel server = to.namespace().call(DatagramChannel::open);
                DatagramChannel client = from.namespace().call(DatagramChannel::open)) {
            server.bind(new InetSocketAddress(address, 0));
            Thread echo = new Thread(() -> echo(server), "udp-echo");
            echo.setDaemon(true);
            echo.start();
            client.connect(server.getLocalAddress());
            return measure(stop, client, what, count);
        }
    }

    private static void echo(DatagramChannel server) {
        ByteBuffer datagram = ByteBuffer.allocate(Long.BYTES);
        try {
            while (true) {
                SocketAddress sender = server.receive(datagram.clear());
                server.send(datagram.flip(), sender);
            }
        } catch (AsynchronousCloseException e) {
            return;   // this is its end
        } catch (IOException e) {
            throw new IllegalStateException("UDP echo: " + e.getMessage(), e);
        }
    }

    private static Row measure(Stop stop, DatagramChannel client, String what, int count) throws IOException {
        client.socket().setSoTimeout(TIMEOUT_MILLIS);
        Rtts rtts = new Rtts();
        int sent = 0;
        while (sent < count && !stop.isRequested()) {
            long begin = System.nanoTime();
            client.write(ByteBuffer.allocate(Long.BYTES).putLong(sent++).flip());
            if (receives(client, sent - 1)) {
                rtts.add(System.nanoTime() - begin);
            }
            LockSupport.parkNanos(PACE_NANOS);
        }
        return Row.ofPing(what, sent, rtts.count(), rtts.summary());
    }

    /** Waits for this number; late ones of before are passed over. */
    private static boolean receives(DatagramChannel client, long number) throws IOException {
        DatagramPacket answer = new DatagramPacket(new byte[Long.BYTES], Long.BYTES);
        try {
            do {
                client.socket().receive(answer);
            } while (ByteBuffer.wrap(answer.getData()).getLong() != number);
            return true;
        } catch (SocketTimeoutException e) {
            return false;   // lost: the row counts it
        }
    }
}
