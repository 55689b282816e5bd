package org.nettytun.linux;

import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.TestIo;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** The few packets these tests look at. */
final class Packets {
    private Packets() {
    }

    /** The next packet that is wanted; others are passed over. */
    static byte[] await(int fd, Predicate<byte[]> wanted) {
        AtomicReference<byte[]> found = new AtomicReference<>();
        byte[] buffer = new byte[65536];
        Eventually.await(Duration.ofSeconds(5), () -> {
            int length = TestIo.read(fd, buffer);
            byte[] packet = length > 0 ? Arrays.copyOf(buffer, length) : null;
            if (packet != null && wanted.test(packet)) {
                found.set(packet);
            }
            return found.get() != null;
        }, () -> "the packet did not come");
        return found.get();
    }

    /** An ICMP echo request of IPv4 turned round: addresses swapped, type 0, its checksum 8 lower in the high byte. */
    static byte[] echoReply(byte[] request) {
        byte[] reply = request.clone();
        System.arraycopy(request, 12, reply, 16, 4);
        System.arraycopy(request, 16, reply, 12, 4);
        reply[20] = 0;
        int sum = ((request[22] & 0xff) << 8 | request[23] & 0xff) + 0x0800;
        sum = (sum & 0xffff) + (sum >>> 16);
        reply[22] = (byte) (sum >>> 8);
        reply[23] = (byte) sum;
        return reply;
    }
}
