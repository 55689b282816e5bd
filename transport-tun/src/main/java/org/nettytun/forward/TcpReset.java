package org.nettytun.forward;

import io.netty.buffer.ByteBuf;
import org.nettytun.packet.TcpHeader;

/** The answer to a segment for which there is no connection. Belongs to one event loop. Source: RFC 9293, 3.10.7.1. */
final class TcpReset {
    private final TcpHeader reset = new TcpHeader();

    /**
     * Writes it, but for its checksum.
     *
     * @param to       a segment that was checked, and is no reset
     * @param toLength bytes of that segment
     */
    TcpHeader write(TcpHeader to, int toLength, ByteBuf into, int at) {
        reset.wrap(into, at);
        if (to.has(TcpHeader.ACK)) {
            return reset.write(to.destinationPort(), to.sourcePort(), to.acknowledgment(), 0, TcpHeader.RST);
        }
        int occupied = toLength - to.headerLength() + (to.has(TcpHeader.SYN) ? 1 : 0) + (to.has(TcpHeader.FIN) ? 1 : 0);
        return reset.write(to.destinationPort(), to.sourcePort(), 0, to.sequence() + occupied,
                TcpHeader.RST | TcpHeader.ACK);
    }
}
