package org.nettytun.channel;

import org.nettytun.linux.ErrnoException;
import org.nettytun.linux.PacketSocketPair;

/**
 * Two ends of a connection that carries one packet per read and write, as a TUN device does: a Unix {@code
 * SOCK_SEQPACKET} pair. Bind a {@link TunChannel} to each, and handlers can be tested anywhere, without root and
 * without a device: what one channel writes, the other reads.
 *
 * <p>Unlike a device a pair has back-pressure ({@code EAGAIN}), and notices when the other end closes. What that had
 * sent is then delivered first, with auto-read off as {@code read()} asks for it, while each write fails; when nothing
 * is left the channel is gone. A pair has no addresses, routes or link events. {@link TunChannelOption#TUN_MTU} bounds
 * what an end reads; default 65535 bytes.
 *
 * @param first  one end; a channel that is bound to it owns and closes its descriptor
 * @param second the other
 */
public record TunPair(TunAddress first, TunAddress second) {
    /** @throws ErrnoException when the process has no descriptors left */
    public static TunPair open() throws ErrnoException {
        int[] ends = PacketSocketPair.open();
        return new TunPair(TunAddress.ofDescriptor(ends[0]), TunAddress.ofDescriptor(ends[1]));
    }
}
