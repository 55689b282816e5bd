package org.nettytun.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a queue's device has four bytes of packet information before each packet, which would make every one
 * unreadable to us. TUNGETIFF cannot tell, rtnetlink can: asked in the device's own namespace, wherever the descriptor
 * came from. Stateless.
 */
final class TunPacketInformation {
    private static final long TUNGETDEVNETNS = 0x54e3L;
    private static final Path OWN = Path.of("/proc/thread-self/ns/net");

    private TunPacketInformation() {
    }

    /** {@code false} also if we may not look: TUNGETDEVNETNS needs CAP_NET_ADMIN, an adopter may have none. */
    static boolean isPresent(int fd, String device) throws ErrnoException {
        int namespace = LibC.ioctl(fd, TUNGETDEVNETNS, 0L);
        if (namespace < 0) {
            return false;
        }
        try (RtNetlink there = open(Path.of("/proc/self/fd/" + namespace))) {
            return there.hasPacketInformation(device);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EPERM || e.errno() == Errno.ENODEV) {   // no way in; gone or renamed meanwhile
                return false;
            }
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("cannot tell which network namespace " + device + " is in", e);
        } finally {
            LibC.close(namespace);
        }
    }

    /** Whether the device's namespace is the calling thread's; {@code false} if we may not know. */
    static boolean isHere(int fd) {
        int namespace = LibC.ioctl(fd, TUNGETDEVNETNS, 0L);
        if (namespace < 0) {
            return false;
        }
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + namespace)).equals(Files.readSymbolicLink(OWN));
        } catch (IOException e) {
            throw new IllegalStateException("cannot tell which network namespace fd " + fd + " is of", e);
        } finally {
            LibC.close(namespace);
        }
    }

    private static RtNetlink open(Path namespace) throws IOException {
        boolean here = Files.readSymbolicLink(namespace).equals(Files.readSymbolicLink(OWN));
        return RtNetlink.open(here ? NetworkNamespace.current() : NetworkNamespace.of(namespace.toString()));
    }
}
