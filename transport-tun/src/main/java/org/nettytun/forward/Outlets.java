package org.nettytun.forward;

import org.nettytun.buffer.PacketBuf;
import org.nettytun.stats.DropReason;

import java.util.List;

/** The ways out, as seen from one ingress queue. Belongs to that queue's event loop. */
final class Outlets {
    private final Egress[] ways;
    private final boolean[] written;

    /** @param queue the ingress queue's index: its flows leave by the queue of that index, so that none overtakes */
    Outlets(List<Port> ports, int queue) {
        ways = new Egress[ports.size()];
        written = new boolean[ports.size()];
        for (Port port : ports) {
            ways[port.index()] = port.egress(queue % port.queues().size());
        }
    }

    /** @see Egress#send */
    DropReason send(Port port, PacketBuf packet) {
        written[port.index()] = true;
        return ways[port.index()].send(packet);
    }

    /**
     * Sends a packet that was made here, with the next {@link #flush()}; drops it if it cannot.
     *
     * @return as {@link #send}; gone in any case
     */
    DropReason originate(Port port, PacketBuf made) {
        DropReason bad = send(port, made);
        if (bad != DropReason.NONE) {
            made.drop(bad);
        }
        return bad;
    }

    /** Flushes each channel that got something since the last time. */
    void flush() {
        for (int i = 0; i < written.length; i++) {
            if (written[i]) {
                written[i] = false;
                ways[i].flush();
            }
        }
    }
}
